/** @file Values for a zod schema, made by an enemy: of the right shape, with leaves that have broken other programs. */

import * as fc from 'fast-check';
import type { z } from 'zod';

export const hostileText = fc.oneof(
  fc.constantFrom('', '.', '..', '../../../../etc/passwd', '/', '/etc/passwd', 'C:\\Windows', 'con', 'a\0b', '__proto__', 'constructor', 'toString', 'hasOwnProperty', '<script>alert(1)</script>', '%2e%2e%2f', "'; drop table runs; --", '\ud800', '\u202egnp.exe', 'NaN', 'null', '-1', '1e999', '${7*7}', '{{7*7}}'),
  fc.string({ maxLength: 40 }),
  fc.string({ unit: 'binary', maxLength: 40 }),
  fc.integer({ min: 500, max: 20_000 }).map((length) => 'x'.repeat(length)),
);
const hostileNumber = fc.oneof(fc.constantFrom(0, -0, 1, -1, 2 ** 31, 2 ** 32, 2 ** 53 - 1, 2 ** 53, 1e308, 1e-308, 0.5), fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }));
const wholeNumber = fc.oneof(fc.constantFrom(0, 1, 2, 63, 64, 2 ** 31, 2 ** 32 - 1, Number.MAX_SAFE_INTEGER), fc.integer({ min: 0, max: 5 }), fc.integer());

interface Def {
  type: string;
  shape?: Record<string, z.ZodType>;
  element?: z.ZodType;
  options?: z.ZodType[];
  innerType?: z.ZodType;
  entries?: Record<string, string>;
  values?: unknown[];
  items?: z.ZodType[];
  keyType?: z.ZodType;
  valueType?: z.ZodType;
  left?: z.ZodType;
  right?: z.ZodType;
  catchall?: z.ZodType;
  in?: z.ZodType;
  checks?: { _zod: { def: { format?: string } } }[];
  format?: string;
  getter?: () => z.ZodType;
}

const typedArrays = fc.oneof(
  fc.uint8Array({ maxLength: 64 }),
  fc.int8Array({ maxLength: 64 }),
  fc.int32Array({ maxLength: 64 }),
  fc.float32Array({ maxLength: 64 }),
  fc.float64Array({ maxLength: 64 }),
);

/** JSON and typed arrays of any shape. */
export const anything: fc.Arbitrary<unknown> = fc.oneof(fc.jsonValue({ maxDepth: 3 }), typedArrays, hostileText, hostileNumber, fc.dictionary(hostileText, fc.oneof(fc.jsonValue({ maxDepth: 1 }), typedArrays), { maxKeys: 4 }));

/** -> values of the schema's shape; most of them pass it. */
export function valuesOf(schema: z.ZodType): fc.Arbitrary<unknown> {
  const def = schema._zod.def as unknown as Def;
  switch (def.type) {
    case 'object':
      return fc.record(Object.fromEntries(Object.entries(def.shape ?? {}).map(([key, value]) => [key, valuesOf(value)])), { requiredKeys: Object.entries(def.shape ?? {}).flatMap(([key, value]) => (isOptional(value) ? [] : [key])) });
    case 'string':
      return hostileText;
    case 'number':
      return def.format || def.checks?.some((check) => check._zod.def.format?.includes('int')) ? wholeNumber : hostileNumber;
    case 'boolean':
      return fc.boolean();
    case 'null':
      return fc.constant(null);
    case 'literal':
      return fc.constantFrom(...(def.values ?? []));
    case 'enum':
      return fc.constantFrom(...Object.values(def.entries ?? {}));
    case 'array':
      return fc.array(inner(def.element), { maxLength: 6 });
    case 'tuple':
      return fc.tuple(...(def.items ?? []).map(valuesOf));
    case 'record':
      return fc.dictionary(hostileText, inner(def.valueType), { maxKeys: 4 });
    case 'union':
      return fc.oneof(...(def.options ?? []).map(valuesOf));
    case 'intersection':
      return fc.tuple(inner(def.left), inner(def.right)).map(([left, right]) => ({ ...(left as object), ...(right as object) }));
    case 'nullable':
      return fc.option(inner(def.innerType));
    case 'optional':
    case 'default':
    case 'prefault':
    case 'readonly':
    case 'catch':
      return inner(def.innerType);
    case 'pipe':
      return inner(def.in);
    case 'lazy':
      return fc.jsonValue({ maxDepth: 2 });
    case 'custom':
      return typedArrays;
    default:
      return anything;
  }
}

const inner = (schema: z.ZodType | undefined): fc.Arbitrary<unknown> => (schema ? valuesOf(schema) : anything);
const isOptional = (schema: z.ZodType): boolean => ['optional', 'default', 'prefault'].includes((schema._zod.def as unknown as Def).type);
