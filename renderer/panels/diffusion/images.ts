/** @file Which dataset's images are noised: the run's own, wherever it goes by another name now, or the one that was chosen. */

import type { KnownDataset } from '../../../preload/contract/domains/datasets';
import { useLibrary } from '../../state/library';
import type { Stepper } from './stepper';

export interface ImageSource {
  /** undefined: it is not in the library (any more). */
  dataset: KnownDataset | undefined;
  /** The name that is asked for. */
  name: string;
  /** Whether it is the run's own. */
  own: boolean;
}

export function useImageSource({ run, state }: Pick<Stepper, 'run' | 'state'>): ImageSource {
  const trained = useLibrary(({ runs }) => runs?.find(({ name }) => name === run)?.dataset);
  const datasets = useLibrary((library) => library.datasets);
  if (state.dataset !== undefined) return { dataset: datasets?.find(({ name }) => name === state.dataset), name: state.dataset, own: false };
  return { dataset: datasets?.find(({ hash }) => hash === trained?.hash), name: trained?.name ?? '', own: true };
}
