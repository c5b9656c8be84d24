/** @file Entry of the importing process: readers run here, away from the window, and what they choke on takes nothing else along. */

import { z } from 'zod';
import { classCountsRequest, datasetImagesRequest, sourceImagesRequest } from '../../preload/contract/dataset-images';
import { importRequest, packRequest, recogniseRequest } from '../../preload/contract/datasets';
import { LabError } from '../../preload/contract/errors';
import { viewImageRequest } from '../../preload/contract/latents';
import { countClasses, readDatasetImages } from '../data/catalog/dataset-images';
import { packView } from '../data/catalog/pack-view';
import { importDataset } from '../data/import/import';
import { recognise } from '../data/import/recognise';
import { readSourceImages } from '../data/import/source-images';
import { viewOfBytes } from '../data/readers/image-folder/image-file';
import { serveProcess } from '../supervisor/protocol';

/** @throws LabError 'usage' */
function parsed<T>(schema: z.ZodType<T>, args: unknown): T {
  const result = schema.safeParse(args);
  if (!result.success) throw new LabError('usage', { detail: z.prettifyError(result.error) });
  return result.data;
}

serveProcess({
  import: async (args, work) => importDataset(parsed(importRequest, args), work),
  packView: async (args, work) => packView(parsed(packRequest, args), work),
  recognise: async (args, work) => recognise(parsed(recogniseRequest, args), work),
  sourceImages: async (args, work) => readSourceImages(parsed(sourceImagesRequest, args), work),
  datasetImages: async (args, work) => readDatasetImages(parsed(datasetImagesRequest, args), work),
  classCounts: async (args, work) => countClasses(parsed(classCountsRequest, args), work),
  viewImage: async (args) => {
    const { name, bytes, view } = parsed(viewImageRequest, args);
    return viewOfBytes(bytes, name, view);
  },
});
