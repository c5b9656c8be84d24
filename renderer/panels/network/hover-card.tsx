/** @file What a block is, beside it while the pointer rests on it: its size, parameters and cost. */

import type { NetworkBlock, NetworkBox } from '../../../preload/contract/network';
import { BlockFacts } from './block-facts';
import type { Area, Camera } from './camera';
import styles from './hover-card.module.css';

const width = 230;

export function HoverCard({ block, box, camera: { left, top, zoom }, room }: { block: NetworkBlock; box: NetworkBox; camera: Camera; room: Area }) {
  const x = (box.labelX - left) * zoom - width / 2;
  const below = (box.labelY + 20 - top) * zoom;
  const isBelow = below < room.height * 0.6;
  return (
    <div
      className={styles['card']}
      role="tooltip"
      style={{ left: `${Math.max(8, Math.min(room.width - width - 8, x))}px`, width: `${width}px`, ...(isBelow ? { top: `${below}px` } : { bottom: `${room.height - (box.y - top) * zoom + 8}px` }) }}
    >
      <strong>{block.name}</strong>
      <BlockFacts block={block} />
    </div>
  );
}
