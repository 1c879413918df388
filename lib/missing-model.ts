/** The part of an agent's error by which the server knows it among the errors of tests. */
export const MISSING_MODEL = 'is neither in the model directory nor on the share of this host'

/** What an agent says of a model that it does not have. */
export const missingModel = (model: string): string =>
  `The model ${model} ${MISSING_MODEL}: copy it there, or set model_share_source.`
