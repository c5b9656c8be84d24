/** @file Arguments of calls, checked as they arrive in the process. */

import type { z } from 'zod';
import { LabError } from '../../preload/contract/errors';

/** Rejects with LabError 'usage' naming the first field that is off. */
export function parsed<Schema extends z.ZodType>(schema: Schema, args: unknown): z.infer<Schema> {
  const result = schema.safeParse(args);
  if (result.success) return result.data;
  const { path, message } = result.error.issues[0];
  throw new LabError('usage', { detail: `${path.join('.')}: ${message}` });
}
