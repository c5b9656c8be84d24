/** @file The network panel: a trained network, or any ONNX file, as a drawing. */

import { Workflow } from 'lucide-react';
import { definePanel } from '../panel';
import { networkSpec, networkState } from './state';

export const networkPanel = definePanel({ id: 'network', order: 60, icon: Workflow, spec: networkSpec, state: networkState, view: () => import('./view'), rail: true });
