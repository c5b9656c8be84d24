/** @file genoise serve. */

import { LabError } from '../../../preload/contract/errors';
import { openDesk } from '../../lab/desk';
import { openBrowser } from '../../serve/open-browser';
import { builtPage } from '../../serve/page-files';
import { startServer, type Served, type ServerOptions } from '../../serve/server';
import { collect, whole, type Program } from '../command';

const usualPort = 4747;

interface ServeOptions {
  port?: number;
  host?: string;
  allowHost?: string[];
  open?: boolean;
}

export function addServeCommand({ command, run, t }: Program): void {
  command('serve')
    .option('--port <n>', t('option.port'), whole('--port', 0, 65_535))
    .option('--host <address>', t('option.host'))
    .option('--allow-host <name>', t('option.allowHost'), collect)
    .option('--open', t('option.open'))
    .action(({ port, host, allowHost, open }: ServeOptions) =>
      run(async ({ lab, work, message, tell, t: words }) => {
        const desk = openDesk({ home: lab.home, openLab: () => lab });
        try {
          const served = await serveOn({ desk, host, allowedHosts: allowHost, pageFolder: builtPage() }, port);
          try {
            if (host !== undefined) message(words('serve.exposed', { host, port: String(served.port) }));
            message(words('serve.serving', { home: lab.home }));
            tell({ url: served.url, port: served.port }, served.url);
            // The system's opener, and so the address, stands in the list of processes for all to read.
            if (open) await openBrowser(served.urlForOnce()).catch((caught: unknown) => message(words('serve.opening', { reason: caught instanceof Error ? caught.message : String(caught) })));
            await aborted(work.signal);
          } finally {
            await served.close();
          }
        } finally {
          await desk.close();
        }
        return null;
      }),
    );
}

/** On `port`; unless one was asked for, on the usual one or any that is free. */
export async function serveOn(options: Omit<ServerOptions, 'port'>, port: number | undefined): Promise<Served> {
  try {
    return await startServer({ ...options, port: port ?? usualPort });
  } catch (caught) {
    if (port !== undefined || !(caught instanceof LabError) || caught.code !== 'port-taken') throw caught;
    return startServer({ ...options, port: 0 });
  }
}

/** Resolves when the work is to end. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    else signal.addEventListener('abort', () => resolve(), { once: true });
  });
}
