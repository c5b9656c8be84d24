/** @file What only a desktop window can do: the system's dialogs. In a browser these calls are refused; a page knows by `window.lab` where it is. */

import { z } from 'zod';
import { call, defineDomain } from '../domain';

/** A kind of file in a dialog: 'PNG' and ['png']. */
const fileKind = z.object({ name: z.string(), extensions: z.array(z.string().regex(/^[a-z0-9]+$/)).min(1) });

export const native = defineDomain(
  {
    /** Asks for files or one folder to import. -> absolute paths; none if the user changed their mind */
    choosePaths: call(z.object({ what: z.enum(['files', 'folder']) }), z.array(z.string())),
    /** Asks where to save; the system asks before a file is replaced. -> an absolute path, null if the user changed their mind */
    chooseSave: call(z.object({ name: z.string().max(200), kinds: z.array(fileKind) }), z.string().nullable()),
    /** Shows a file or folder in the system's file manager. */
    reveal: call(z.object({ path: z.string().min(1) }), z.null()),
  },
  {},
);
