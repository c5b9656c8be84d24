/** @file A page that crashed is loaded again: training goes on in its own process, and everything that a page shows can be asked for anew. */

import { dialog, type BrowserWindow } from 'electron';
import { clock } from '../platform/clock';
import type { Log } from '../platform/log';
import { translate, type Language } from '../lab/words';

/** A page that crashes more often than this within the time is left alone until the user says so. */
const mostReloads = 3;
const withinMs = 60_000;

export function reloadWhenCrashed(window: BrowserWindow, log: Log, language: () => Language): void {
  const contents = window.webContents;
  let reloads: number[] = [];
  const t = (key: string) => translate(`native:crash.${key}`, language());

  const askToReload = async (reason: string): Promise<void> => {
    const { response } = await dialog.showMessageBox(window, {
      type: 'error',
      message: t('message'),
      detail: `${t('detail')}\n\n${reason}`,
      buttons: [t('reload'), t('close')],
      defaultId: 0,
      cancelId: 1,
    });
    if (window.isDestroyed()) return;
    if (response === 1) return window.close();
    reloads = [];
    contents.reload();
  };

  contents.on('render-process-gone', (_event, { reason, exitCode }) => {
    if (reason === 'clean-exit' || window.isDestroyed()) return;
    log.write('error', 'page crashed', { reason, exitCode });
    const now = clock.monotonicMs();
    reloads = [...reloads.filter((at) => now - at < withinMs), now];
    if (reloads.length > mostReloads) void askToReload(reason);
    else contents.reload();
  });
  contents.on('unresponsive', () => log.write('warn', 'page does not respond'));
  contents.on('did-fail-load', (_event, code, description, url, mainFrame) => {
    // -3 is ERR_ABORTED: a load that another one replaced.
    if (!mainFrame || code === -3 || window.isDestroyed()) return;
    log.write('error', 'page did not load', { code, description, url });
    void askToReload(`${description} (${code})`);
  });
}
