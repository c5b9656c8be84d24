/** @file Calls on the system's dialogs where there is no window of ours: a browser has its own. */

import type { HandlersOf } from '../../../preload/contract/contract';
import type { native } from '../../../preload/contract/domains/native';
import { LabError } from '../../../preload/contract/errors';

const refuse = (call: string) => (): never => {
  throw new LabError('host-without-dialogs', { call });
};

export const nativeCalls = (): HandlersOf<typeof native> => ({
  choosePaths: refuse('choosePaths'),
  chooseSave: refuse('chooseSave'),
  reveal: refuse('reveal'),
});
