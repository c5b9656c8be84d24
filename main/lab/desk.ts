/** @file The lab as windows and pages share it: one home, its jobs, what changed in it, its log. Every connection is served from one desk. */

import { stat, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { openLog, type Log } from '../platform/log';
import { openChanges, type Changes, type Topic } from './changes';
import { openChosenPaths, type ChosenPaths } from './chosen-paths';
import { openDownloads, type Downloads } from './downloads';
import { openJobs, type Jobs } from './jobs';
import { openLab, type Lab, type LabOptions } from './lab';
import { openUploads, type Uploads } from './uploads';

export interface Desk {
  readonly lab: Lab;
  readonly jobs: Jobs;
  readonly changes: Changes;
  /** Files that pages send to be imported. */
  readonly uploads: Uploads;
  /** Files made for pages to save. */
  readonly downloads: Downloads;
  /** Where the user has said that a file may be saved. */
  readonly chosenPaths: ChosenPaths;
  readonly log: Log;
  /** Stops all work, ends the processes, closes the log. */
  close(): Promise<void>;
}

export interface DeskOptions extends LabOptions {
  log?: Log;
  openLab?: (options: LabOptions) => Lab;
}

/** A terminal may work in the same home: its folders are looked at so often. */
const lookMs = 1_500;
/** What in a folder of the home says that its topic changed. */
const watched: [topic: Topic, folder: string, files: string[]][] = [
  ['datasets', 'datasets', ['dataset.json']],
  ['runs', 'runs', ['run.json', 'notes.json', 'evaluation.json']],
];

export function openDesk(options: DeskOptions): Desk {
  const lab = (options.openLab ?? openLab)(options);
  const log = options.log ?? openLog({ folder: join(lab.home, 'logs'), name: 'lab' });
  const changes = openChanges();
  const jobs = openJobs(() => changes.tell('jobs'), log);
  const uploads = openUploads(lab.home);
  const downloads = openDownloads(lab.home);
  const stopLooking = lookForChanges(lab.home, changes);
  return {
    lab,
    jobs,
    changes,
    uploads,
    downloads,
    chosenPaths: openChosenPaths(),
    log,
    async close() {
      stopLooking();
      await jobs.close();
      await Promise.all([uploads.close(), downloads.close()]);
      await lab.close();
      await log.close();
    },
  };
}

function lookForChanges(home: string, changes: Changes): () => void {
  const last = new Map<Topic, string>();
  let looking = false;
  const look = async (): Promise<void> => {
    if (looking) return;
    looking = true;
    try {
      for (const [topic, folder, files] of watched) {
        const state = await stampOf(join(home, folder), files);
        if (last.has(topic) && last.get(topic) !== state) changes.tell(topic);
        last.set(topic, state);
      }
    } finally {
      looking = false;
    }
  };
  const timer = setInterval(() => void look(), lookMs);
  timer.unref();
  void look();
  return () => clearInterval(timer);
}

/** Differs whenever an entry of `folder` came, went or had one of its `files` written anew. */
async function stampOf(folder: string, files: readonly string[]): Promise<string> {
  const names = await readdir(folder).catch(() => []);
  const stamps = await Promise.all(
    names.flatMap((name) =>
      files.map((file) =>
        stat(join(folder, name, file)).then(
          ({ mtimeMs, size }) => `${name}/${file} ${mtimeMs} ${size}`,
          () => '',
        ),
      ),
    ),
  );
  return stamps.sort().join('\n');
}
