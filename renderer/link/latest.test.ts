/** @file Calls that follow a pointer: none overtakes another, the newest is always answered. */

import { expect, it } from 'vitest';
import { latest } from './latest';

const settled = () => new Promise((resolve) => setTimeout(resolve));

function scripted() {
  const asked: { args: number; resolve(value: number): void; reject(error: Error): void }[] = [];
  const results: number[] = [];
  const errors: unknown[] = [];
  const calls = latest<number, number>(
    (args) => new Promise((resolve, reject) => asked.push({ args, resolve, reject })),
    (result) => results.push(result),
    (caught) => errors.push(caught),
  );
  return { calls, asked, results, errors };
}

it('asks the first at once, then the newest of those that came meanwhile', async () => {
  const { calls, asked, results } = scripted();
  for (const args of [1, 2, 3, 4]) calls.ask(args);
  expect(asked.map(({ args }) => args)).toEqual([1]);
  asked[0].resolve(10);
  await settled();
  expect(asked.map(({ args }) => args)).toEqual([1, 4]);
  asked[1].resolve(40);
  await settled();
  expect(results).toEqual([10, 40]);
  calls.ask(5);
  expect(asked).toHaveLength(3);
});

it('goes on after an error', async () => {
  const { calls, asked, results, errors } = scripted();
  calls.ask(1);
  calls.ask(2);
  asked[0].reject(new Error('no'));
  await settled();
  asked[1].resolve(20);
  await settled();
  expect(errors).toHaveLength(1);
  expect(results).toEqual([20]);
});

it('tells nothing of what was dropped, though it was under way', async () => {
  const { calls, asked, results, errors } = scripted();
  calls.ask(1);
  calls.ask(2);
  calls.drop();
  asked[0].resolve(10);
  await settled();
  expect(asked).toHaveLength(1);
  calls.ask(3);
  asked[1].resolve(30);
  await settled();
  expect([results, errors]).toEqual([[30], []]);
});
