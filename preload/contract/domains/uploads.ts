/** @file Files that a page in a browser sends to be imported: each by `PUT /upload/<id>/<relative path>`, its path percent-encoded. */

import { z } from 'zod';
import { call, defineDomain, watch } from '../domain';

const id = z.string().max(100);

export const uploadState = z.object({
  /** Whole ones. */
  files: z.int().min(0),
  /** Those of files under way included. */
  bytes: z.number().min(0),
});
export type UploadState = z.infer<typeof uploadState>;

export const uploads = defineDomain(
  {
    /** An empty upload for so many files and bytes in all, refused at once when they are too many. Hold it, send its files, then `datasets.recognise` and `datasets.import` take its id. */
    begin: call(z.object({ files: z.int().min(0), bytes: z.number().min(0) }), z.object({ id })),
    /** What was sent is removed; an upload that is gone already is no error. */
    discard: call(z.object({ id }), z.null()),
  },
  {
    /** Keeps the upload while the page is there. One that nobody holds, sends to or uses is gone after a minute. @throws LabError 'upload-not-found' */
    hold: watch(z.object({ id }), uploadState),
  },
);
