/** @file The end of a test run says what ran where, and each skip's reason. */

import { expect, test } from 'vitest';
import { runReport, type TestOutcome } from './run-report';

const outcome = (name: string, state: TestOutcome['state'], reason?: string): TestOutcome => ({ file: 'main/a.test.ts', name, state, reason });

test('tests are counted by state and by device', () => {
  const { lines, unexplained } = runReport([
    outcome('rules > on cpu > exp', 'passed'),
    outcome('rules > on cpu > log', 'failed'),
    outcome('rules > on webgpu > exp', 'passed'),
    outcome('options', 'passed'),
    outcome('tables', 'skipped', 'no python3-sklearn'),
  ]);
  expect(lines).toEqual([
    'Engine on cpu: 2 tests ran, 1 passed',
    'Engine on webgpu: 1 tests ran, 1 passed',
    'Skipped: main/a.test.ts > tables: no python3-sklearn',
    '3 passed, 1 failed, 1 skipped',
  ]);
  expect(unexplained).toEqual([]);
});

test('a skip without a reason is named', () => {
  const { lines, unexplained } = runReport([outcome('late', 'skipped')]);
  expect(lines).toContain('Skipped: main/a.test.ts > late: no reason given');
  expect(unexplained.map((skipped) => skipped.name)).toEqual(['late']);
});

test('a device that only has skipped tests did not run', () => {
  const { lines } = runReport([outcome('engine on webgpu', 'skipped', 'no driver')]);
  expect(lines[0]).toBe('Engine: none of its tests in this run');
});
