/** Names and lines that would do harm if a page took them for markup, or break its layout. */
export const HOSTILE = {
  script: '<script>document.title = "owned"</script>',
  image: '<img src=x onerror="document.title=`owned`">',
  template: '{{constructor.constructor("alert(1)")()}}',
  long: `a-very-long-name-without-any-break-${'x'.repeat(120)}`,
  rightToLeft: 'model-\u202Egnp.exe\u202C',
  emoji: 'qwen 🦙🔥 مدل 模型',
} as const
