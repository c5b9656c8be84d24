/** @file Skips that say why: the end of the run lists them, and a skip without a reason fails it. */

import { test } from 'vitest';

/** Where a skip is a failure: CI installs all that the tests need. */
export const onCi = () => process.env['CI'] === 'true' || process.env['CI'] === '1';

/** Registers a test that is skipped with its reason. Call it while tests are collected, in place of the tests left out. */
export function skipWithReason(name: string, reason: string): void {
  test(name, ({ skip }) => skip(reason));
}

/** Like `skipWithReason`, but on CI the test fails with the reason: what it needs must be there. */
export function skipUnlessCi(name: string, reason: string): void {
  test(name, ({ skip }) => {
    if (onCi()) throw new Error(`must run on CI: ${reason}`);
    skip(reason);
  });
}
