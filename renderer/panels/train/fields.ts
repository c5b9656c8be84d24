/** @file A method's form as fields: their kinds, their values to and from text, what they may be in words. */

import type { MethodForm } from '../../../preload/contract/domains/training';
import type { Words } from '../../state/words';

/** JSON Schema of a field, as far as a form needs it. */
export interface FieldSchema {
  title: string;
  description: string;
  why: string;
  type?: string;
  enum?: string[];
  /** Words of the values of `enum`. */
  options?: Record<string, string>;
  items?: FieldSchema;
  default?: unknown;
  minimum?: number;
  maximum?: number;
  exclusiveMinimum?: number;
  exclusiveMaximum?: number;
  multipleOf?: number;
}

export interface FormField {
  name: string;
  schema: FieldSchema;
  kind: 'choice' | 'number' | 'switch' | 'list' | 'text';
}

/** The fields of a form, the main ones first, each part in its order. */
export function fieldsOf({ schema, main }: Pick<MethodForm, 'schema' | 'main'>): { main: FormField[]; more: FormField[] } {
  const properties = (schema['properties'] ?? {}) as unknown as Record<string, FieldSchema>;
  const all = Object.entries(properties).map(([name, own]): FormField => ({ name, schema: own, kind: kindOf(own) }));
  const mains = main.map((name) => all.find((field) => field.name === name)).filter((field) => field !== undefined);
  return { main: mains, more: all.filter(({ name }) => !main.includes(name)) };
}

function kindOf({ type, enum: choices }: FieldSchema): FormField['kind'] {
  if (choices) return 'choice';
  if (type === 'integer' || type === 'number') return 'number';
  if (type === 'boolean') return 'switch';
  return type === 'array' ? 'list' : 'text';
}

/** Whether a value is the field's default. */
export const isDefault = ({ default: preset }: FieldSchema, value: unknown): boolean => JSON.stringify(value) === JSON.stringify(preset);

/** A list as one types it. */
export const listText = (value: unknown): string => (Array.isArray(value) ? value.map(plainText).join(', ') : plainText(value));

/** A value as one types it. */
export const plainText = (value: unknown): string => (typeof value === 'string' ? value : value === undefined || value === null ? '' : JSON.stringify(value));

/** '500, 500' -> [500, 500]; the text itself where it is no list of such items. */
export function listOf(text: string, { type }: FieldSchema): unknown {
  const parts = text.split(/[,;\s]+/).filter((part) => part !== '');
  if (type !== 'integer' && type !== 'number') return parts;
  const numbers = parts.map(Number);
  return parts.length > 0 && numbers.every((number) => Number.isFinite(number)) ? numbers : text;
}

/** How far an arrow key moves a number: one, or the last place of its default. */
export function stepOf({ type, default: preset, multipleOf }: FieldSchema): number {
  if (multipleOf !== undefined) return multipleOf;
  if (type === 'integer' || typeof preset !== 'number' || preset === 0) return type === 'integer' ? 1 : 0.1;
  const digits = /\.(\d+)$/.exec(preset.toFixed(10).replace(/0+$/, ''))?.[1];
  return digits === undefined ? 1 : 10 ** -digits.length;
}

/** What a field may be: 'A whole number from 1 to 512'. */
export function expectedWords(schema: FieldSchema, t: Words): string {
  if (schema.type === 'array') return t('expects.list', { items: expectedWords(schema.items ?? ({} as FieldSchema), t) });
  if (schema.type !== 'integer' && schema.type !== 'number') return t('expects.other');
  const told = (limit: number | undefined): number | undefined => (limit !== undefined && Math.abs(limit) !== Number.MAX_SAFE_INTEGER ? limit : undefined);
  const shown = (limit: number): string => t.number(limit, { maximumSignificantDigits: 17 });
  const [least, above, most, below] = [told(schema.minimum), told(schema.exclusiveMinimum), told(schema.maximum), told(schema.exclusiveMaximum)];
  const low = above !== undefined ? t('expects.above', { limit: shown(above) }) : least !== undefined ? t('expects.least', { limit: shown(least) }) : '';
  const high = below !== undefined ? t('expects.below', { limit: shown(below) }) : most !== undefined ? t('expects.most', { limit: shown(most) }) : '';
  const multiple = schema.multipleOf !== undefined ? t('expects.multiple', { of: shown(schema.multipleOf) }) : '';
  return [t(schema.type === 'integer' ? 'expects.whole' : 'expects.number'), low, high, multiple].filter(Boolean).join(' ');
}
