/** @file What a domain of the contract is: calls that answer once, and watches that go on. One schema gives the types, the checks on both sides and both transports. */

import type { z } from 'zod';

export interface CallSpec<Args extends z.ZodType = z.ZodType, Result extends z.ZodType = z.ZodType> {
  args: Args;
  result: Result;
}

export interface WatchSpec<Args extends z.ZodType = z.ZodType, Item extends z.ZodType = z.ZodType> {
  args: Args;
  item: Item;
}

export interface Domain {
  calls: Record<string, CallSpec>;
  watches: Record<string, WatchSpec>;
}

/** Asked once, answered once; may report progress and be cancelled. */
export const call = <Args extends z.ZodType, Result extends z.ZodType>(args: Args, result: Result): CallSpec<Args, Result> => ({ args, result });

/** Asked once, answered by items until it is cancelled: the state as it is, then what changes. */
export const watch = <Args extends z.ZodType, Item extends z.ZodType>(args: Args, item: Item): WatchSpec<Args, Item> => ({ args, item });

export const defineDomain = <Calls extends Record<string, CallSpec>, Watches extends Record<string, WatchSpec>>(calls: Calls, watches: Watches): { calls: Calls; watches: Watches } => ({ calls, watches });
