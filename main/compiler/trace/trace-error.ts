/** @file What method code may not do while it is traced. */

/** `found` names the op or tensor, `instead` says what to write. */
export class TraceError extends Error {
  override readonly name = 'TraceError';
  constructor(
    readonly found: string,
    readonly instead: string,
  ) {
    super(`internal: ${found} can't be traced; ${instead}`);
  }
}
