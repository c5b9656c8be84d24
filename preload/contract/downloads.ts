/** @file A file that the lab made for a page to save: in a browser `GET /download/<id>` fetches it, once. */

import { z } from 'zod';

export const offered = z.object({
  /** Its id. It is kept for ten minutes, or until it was fetched whole. */
  download: z.string(),
  /** As it will be saved: safe on every system. */
  name: z.string(),
  bytes: z.int().min(0),
});
export type Offered = z.infer<typeof offered>;
