/** @file Networks as drawings. */

import * as schema from '../network';
import { call, defineDomain } from '../domain';

export const network = defineDomain(
  {
    /** Keeps an ONNX file of the page's machine, to be drawn. */
    open: call(schema.openArgs, schema.openResult),
    drawing: call(schema.drawingArgs, schema.drawingResult),
    /** What one block gives for one image. */
    activations: call(schema.activationsArgs, schema.activationsResult),
  },
  {},
);
