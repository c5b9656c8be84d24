/** @file genoise start: what `npm start` runs. */

import { LabError } from '../../../preload/contract/errors';
import { openDesk, type Desk } from '../../lab/desk';
import { firstUse } from '../../lab/first-use';
import { builtPage } from '../../serve/page-files';
import type { Served } from '../../serve/server';
import { answerLaterStarts, askFirstStart, type Shown } from '../../start/one-start';
import { openAnother, tryBrowsers, tryElectron, ways, type ShownIn, type StartOptions, type Way, type Why } from '../../start/start';
import { oneOf, type Context, type Program } from '../command';
import { aborted, serveOn } from './serve';

export function addStartCommand({ command, run, t }: Program): void {
  command('start')
    .option('--with <way>', t('option.with'), oneOf('--with', ways))
    .action(({ with: way }: { with?: Way }) => run((context) => start(context, way).then(() => null), { library: false }));
}

async function start(context: Context, way: Way | undefined): Promise<void> {
  const { lab, work, language, message, tell, t } = context;
  const reasonOf = ({ code, detail }: Why): string => t(`start.why.${code}`, { detail: detail ?? '' });
  const took = (taken: Way, why: Why, more: { browser?: string; url?: string } = {}): void => {
    const given = way ? { code: 'asked' as const } : why;
    const line = t(`start.${taken}`, { why: reasonOf(given), browser: more.browser ?? '' });
    if (taken === 'address') message(line);
    tell({ took: taken, why: given.code, ...(given.detail && { detail: given.detail }), ...more }, taken === 'address' ? (more.url ?? '') : line);
  };

  const shown = await askFirstStart(lab.home);
  if (shown) return tell({ shown: true, ...('url' in shown && { url: shown.url }) }, 'url' in shown ? shown.url : t('start.shown'));

  const options: StartOptions = {
    home: lab.home,
    way,
    lang: language,
    signal: work.signal,
    onFetching: (seconds) => message(t('start.fetching', { seconds })),
  };
  let why: Why = { code: 'asked' };
  if (way === undefined || way === 'electron') {
    const outcome = await tryElectron(options, (taken) => took('electron', taken));
    if (outcome === 'closed' || work.signal.aborted) return;
    why = outcome;
    if (way === 'electron') throw new LabError('way-unavailable', { way, reason: reasonOf(why) });
  }

  await firstUse(lab.home);
  const desk = openDesk({ home: lab.home, openLab: () => lab });
  try {
    const served = await serveOn({ desk, pageFolder: builtPage() }, undefined);
    try {
      const first = way === 'address' ? why : await tryBrowsers(options, () => served.urlForOnce());
      if ('browser' in first) {
        took('browser', why, { browser: first.browser.name });
        await untilClosed(first, served, desk, options, context);
      } else {
        if (way === 'browser') throw new LabError('way-unavailable', { way, reason: reasonOf(first) });
        // What kept Electron away comes first; where both want the same, it is said once.
        took('address', first.code === 'browser-failed' || first.code === 'no-browser' ? first : why, { url: served.url });
        const stop = await answerLaterStarts(lab.home, () => Promise.resolve<Shown>({ url: served.url }));
        await aborted(work.signal);
        await stop();
      }
    } finally {
      await served.close();
    }
  } finally {
    await desk.close();
  }
}

/** Until the last window is closed and all work has ended, or the user ends it. Later starts open one more window. */
async function untilClosed(first: ShownIn, served: Served, desk: Desk, options: StartOptions, { work, message, t }: Context): Promise<void> {
  const windows = new Set<ShownIn>();
  let changed = (): void => undefined;
  const track = (window: ShownIn): void => {
    windows.add(window);
    void window.ended.then(() => {
      windows.delete(window);
      changed();
    });
  };
  track(first);
  const stop = await answerLaterStarts(options.home, async () => {
    const [standing] = windows;
    const one = standing ? await openAnother(standing, served.urlForOnce()) : await tryBrowsers(options, () => served.urlForOnce());
    if ('browser' in one) track(one);
    return 'browser' in one || 'again' in one ? { window: true } : { url: served.url };
  });
  const working = (): boolean => desk.jobs.list().some(({ endedAt }) => endedAt === undefined);
  const seen = desk.changes.watcher();
  let told = false;
  while (!work.signal.aborted && (windows.size > 0 || working())) {
    if (windows.size === 0 && !told) message(t('start.closed'));
    told = windows.size === 0;
    const wake = new AbortController();
    changed = () => wake.abort();
    const onEnd = (): void => wake.abort();
    work.signal.addEventListener('abort', onEnd, { once: true });
    await desk.changes.since(seen, wake.signal);
    work.signal.removeEventListener('abort', onEnd);
  }
  for (const window of windows) window.close();
  await stop();
}
