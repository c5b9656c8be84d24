/** @file The datasets of the home. */

import { z } from 'zod';
import { datasetInfo } from '../datasets';
import { defineDomain, watch } from '../domain';

export const datasets = defineDomain(
  {},
  {
    /** The whole list, at first and whenever something in it changed. Natural order of names. */
    list: watch(z.object({}), z.array(datasetInfo)),
  },
);
