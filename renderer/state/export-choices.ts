/** @file How one exported last, remembered by this window: the form of each kind of thing, and the size, pace and frames of each form. */

import { z } from 'zod';
import { exportForm, exportOptions, type ExportForm, type ExportOptions, type ExportWhat } from '../../preload/contract/exports';

const storageKey = 'genoise.export';
const choices = z.object({ forms: z.partialRecord(z.string(), exportForm), options: z.partialRecord(z.string(), exportOptions) });
type Choices = z.infer<typeof choices>;

/** Frames are of the thing, size and pace of the form. */
const keyOf = (what: ExportWhat, form: ExportForm): string => `${what} ${form}`;

function read(): Choices {
  try {
    return choices.parse(JSON.parse(localStorage.getItem(storageKey) ?? ''));
  } catch {
    // Nothing was kept, or not by this version.
    return { forms: {}, options: {} };
  }
}

/** The form used last of those that can be had, else the usual one. */
export function formChosen(what: ExportWhat, forms: readonly ExportForm[]): ExportForm {
  const last = read().forms[what];
  return forms.find((form) => form === last) ?? forms[0]!;
}

export const optionsChosen = (what: ExportWhat, form: ExportForm): ExportOptions => read().options[keyOf(what, form)] ?? {};

export function rememberChoice(what: ExportWhat, form: ExportForm, options: ExportOptions): void {
  const { forms, options: all } = read();
  const now: Choices = { forms: { ...forms, [what]: form }, options: { ...all, [keyOf(what, form)]: options } };
  localStorage.setItem(storageKey, JSON.stringify(now));
}
