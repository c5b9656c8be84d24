/** @file The one list of timed steps; each has its twin of the same name in bench/peers/torch_steps.py. */

import { dcgan, simclr, unet } from './convolutions';
import { hashGrid, nerf } from './fields';
import type { BenchSource } from './source';
import { gpt, mae } from './transformers';

export interface BenchCase {
  title: string;
  source: () => BenchSource;
  /** Wanted: at most this share of PyTorch's time, at least this share of the machine's own peak. */
  ratio: number;
  peakShare?: number;
}

export const cases: Record<string, BenchCase> = {
  nerf: { title: 'NeRF MLP 8 x 256, 8,192 points', source: nerf, ratio: 0.4, peakShare: 0.85 },
  unet: { title: 'U-Net 2.3 M, 32 x 32 x 3, batch 16', source: unet, ratio: 0.8, peakShare: 0.65 },
  dcgan: { title: 'DCGAN 64 x 64, both players, batch 64', source: dcgan, ratio: 0.9, peakShare: 0.6 },
  simclr: { title: 'ResNet-18 (CIFAR stem) SimCLR, 2 x 64 views', source: simclr, ratio: 0.95, peakShare: 0.6 },
  mae: { title: 'ViT-tiny MAE, 64 tokens, batch 64', source: mae, ratio: 0.6, peakShare: 0.65 },
  gpt: { title: 'GPT 6 layers, 384 wide, context 128, batch 16', source: gpt, ratio: 0.6, peakShare: 0.65 },
  'hash-grid': { title: 'hash-grid NeRF, 4,096 rays x 64 samples', source: hashGrid, ratio: 0.4 },
};
