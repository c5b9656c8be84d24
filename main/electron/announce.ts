/** @file What the system shows of the lab's work: a notification when a job has ended and no window is in front, and the share done on the taskbar. */

import { Notification, type BrowserWindow } from 'electron';
import type { JobInfo } from '../../preload/contract/jobs';
import { translate, wordError, type Language } from '../lab/words';

/** The words of a notification, or undefined for a job that nobody waits for: one under way, or one that the user cancelled. */
export function announcementOf(job: JobInfo, language: Language): { title: string; body: string } | undefined {
  if (job.state === 'done') return { title: translate(`native:done.${job.kind}`, language), body: job.subject };
  if (job.state !== 'failed') return undefined;
  const title = translate(`native:failed.${job.kind}`, language, { subject: job.subject });
  return { title, body: job.error ? wordError(job.error, language).message : '' };
}

/** The share of the work under way, for the taskbar: the mean of the jobs that know theirs; 2 (indeterminate) if none does; -1 without jobs. */
export function shareOf(jobs: readonly JobInfo[]): number {
  const running = jobs.filter(({ state }) => state === 'running' || state === 'cancelling');
  if (running.length === 0) return -1;
  const shares = running.flatMap(({ progress }) => (progress && progress.total > 0 ? [Math.min(1, progress.done / progress.total)] : []));
  return shares.length === 0 ? 2 : shares.reduce((sum, share) => sum + share, 0) / shares.length;
}

export interface Announcer {
  /** Hands in what has changed, and all jobs that are listed. */
  update(changed: readonly JobInfo[], all: readonly JobInfo[]): void;
}

/** `front` gives the window to bring forward when a notification is clicked. */
export function openAnnouncer(windows: () => readonly BrowserWindow[], front: () => void, language: () => Language): Announcer {
  const told = new Set<string>();
  let share = -1;
  return {
    update(changed, all) {
      const now = shareOf(all);
      if (now !== share) for (const window of windows()) if (!window.isDestroyed()) window.setProgressBar(now);
      share = now;
      for (const job of changed) {
        if (job.endedAt === undefined || told.has(job.id)) continue;
        told.add(job.id);
        const words = announcementOf(job, language());
        if (!words || !Notification.isSupported() || windows().some((window) => !window.isDestroyed() && window.isFocused())) continue;
        const notification = new Notification({ ...words });
        notification.on('click', front);
        notification.show();
      }
    },
  };
}
