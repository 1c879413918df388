/** Members with prompts, answers or whole requests, where their value is a text or a list. */
export const PRIVATE_NAMES: ReadonlySet<string> = new Set(
  `answer answers completion completions content context generated_text generated_texts input inputs messages
  output outputs output_text prompt prompts request_args request_body response responses texts thinking`
    .split(/\s+/)
    .filter(Boolean),
)
