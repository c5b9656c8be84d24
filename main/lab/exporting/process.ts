/** @file Entry of the exporting process: what was gathered is drawn and written here, away from the window. It says words, so it belongs to the lab. */

import { serveProcess } from '../../supervisor/protocol';
import type { Drawing } from './draw';
import type { Material } from './material';
import { previewMaterial, writeMaterial } from './write-material';

/** Asked by the lab alone, which has checked what a page says. */
export interface ExporterRequest extends Drawing {
  material: Material;
  /** Where to write. */
  path: string;
}

serveProcess({
  write: async (args, work) => {
    const { material, path, ...drawing } = args as ExporterRequest;
    return writeMaterial(path, material, drawing, work);
  },
  preview: async (args, work) => {
    const { material, ...drawing } = args as Omit<ExporterRequest, 'path'>;
    return previewMaterial(material, drawing, work);
  },
});
