/** @file The calls of the exporting process. Asked by the lab alone, which has checked what a page says. */

import type { Work } from '../../../preload/contract/progress';
import type { Drawing } from './draw';
import type { Material } from './material';
import { previewMaterial, writeMaterial } from './write-material';

export interface ExporterRequest extends Drawing {
  material: Material;
  /** Where to write. */
  path: string;
}

export const exporterCalls = {
  write: ({ material, path, ...drawing }: ExporterRequest, work: Work) => writeMaterial(path, material, drawing, work),
  preview: ({ material, ...drawing }: Omit<ExporterRequest, 'path'>, work: Work) => previewMaterial(material, drawing, work),
};
