/** @file Which of several open windows this is: a name that a reload and a crash leave, and that no other open window has. */

const key = 'genoise-window';
/** A page that is reloaded may still hold the name for a moment. */
const patienceMs = 300;

/** Absent where the page is served without encryption under another name than this machine's own. */
const locks = (): LockManager | undefined => navigator.locks;

/** A browser copies a duplicated tab's name along: the copy takes another. */
async function name(): Promise<string> {
  const kept = sessionStorage.getItem(key) ?? crypto.getRandomValues(new Uint32Array(2)).join('-');
  const id = (await isOurs(kept)) ? kept : crypto.getRandomValues(new Uint32Array(2)).join('-');
  sessionStorage.setItem(key, id);
  return id;
}

function isOurs(id: string): Promise<boolean> {
  const manager = locks();
  if (!manager) return Promise.resolve(true);
  return new Promise((resolve) => {
    manager
      .request(`${key}-${id}`, { signal: AbortSignal.timeout(patienceMs) }, () => {
        resolve(true);
        // Held as long as the page is there.
        return new Promise<never>(() => undefined);
      })
      .catch(() => resolve(false));
  });
}

let named: Promise<string> | undefined;

export const windowId = (): Promise<string> => (named ??= name());

/** Does `work` while no other window of this browser does any under the same name. */
export async function alone<T>(what: string, work: () => Promise<T>): Promise<T> {
  const manager = locks();
  return manager ? await manager.request(`${key}-${what}`, work) : await work();
}
