/** @file What the stand-in of electron notes: every call in order, and the answers that a test has laid down for it. */

export interface Recorded {
  /** 'app.quit', 'BrowserWindow', 'session.setPermissionCheckHandler'. */
  call: string;
  args: unknown[];
}

const calls: Recorded[] = [];
const answers = new Map<string, unknown>();

export function note(call: string, ...args: unknown[]): void {
  calls.push({ call, args });
}

/** What `call` is to give from now on; a function is called with the arguments. */
export function answer(call: string, value: unknown): void {
  answers.set(call, value);
}

/** The answer laid down for `call`, else `otherwise`. */
export function answerOf<T>(call: string, otherwise: T, ...args: unknown[]): T {
  if (!answers.has(call)) return otherwise;
  const value = answers.get(call);
  return (typeof value === 'function' ? (value as (...given: unknown[]) => unknown)(...args) : value) as T;
}

/** The arguments of each call of this name, in order. */
export const callsOf = (call: string): unknown[][] => calls.filter((one) => one.call === call).map(({ args }) => args);

/** Names of all calls, in order. */
export const callNames = (): string[] => calls.map(({ call }) => call);

export function forget(): void {
  calls.length = 0;
  answers.clear();
}
