/** @file When a run saves and shows: often at first, seldom later, and never for more than a tenth of its time. */

/** Checkpoints are at least so far apart, in seconds of training. */
export const checkpointSecs = 30;
/** Seconds of training between saves, for each second that the last one took. */
export const trainPerSave = 10;
/** The first preview comes after so many seconds of training; each next one a third as late again, and no later than a minute after. */
const firstPreviewSecs = 2;
const previewRatio = 1.3;
const previewSecs = 60;
const snapshotRatio = 1.3;

/** Whether a checkpoint is due `sinceSecs` after the last one, which took `costSecs`. */
export const checkpointDue = (sinceSecs: number, costSecs: number, everySecs = checkpointSecs): boolean => sinceSecs >= Math.max(everySecs, trainPerSave * costSecs);

/** Seconds of training at which the next preview is due, after one at `atSecs` that took `costSecs`. Before the first, `costSecs` is a guess. */
export const nextPreview = (atSecs: number, costSecs: number): number =>
  Math.max(firstPreviewSecs, Math.min(atSecs * previewRatio, atSecs + previewSecs), atSecs + trainPerSave * costSecs);

/** What the first preview is taken to cost, in steps: 36 images through 20 steps of DDIM, against a step forward and back of some 64. */
export const guessedSteps = 4;

/** Whether the average weights are to be kept at `step`, `sinceSecs` after they were at `lastStep`, which took `costSecs`. */
export const snapshotDue = (step: number, lastStep: number, sinceSecs: number, costSecs: number): boolean => step >= nextSnapshot(lastStep) && sinceSecs >= trainPerSave * costSecs;

/** The first step after `step` at which the average weights are kept: 1, 2, 3, 4, 6, 8, 11, 15, ... each some 1.3 times the one before. */
export function nextSnapshot(step: number): number {
  let at = 1;
  while (at <= step) at = Math.max(at + 1, Math.ceil(at * snapshotRatio));
  return at;
}
