/** The parts of jStat that are used here; the package has no types. */
declare module 'jstat' {
  const jStat: {
    studentt: {
      /** The quantile of `p`, for any `df` > 0. */
      inv(p: number, df: number): number
    }
    /** The regularised incomplete beta function, I_x(a, b). */
    ibeta(x: number, a: number, b: number): number
    /** The natural logarithm of x!. */
    factorialln(x: number): number
  }
  export default jStat
}
