/** @file The plane: the dataset's points in their labels' colours, the walks as lines, and where each stands now. */

import { useEffect, useMemo, useRef } from 'react';
import type { TrajectoriesResult } from '../../../preload/contract/diffusion';
import { useSettings } from '../../state/settings';
import { useWords } from '../../state/words';
import { labelColour } from '../../theme/colours';
import { useDeviceRatio, useSize } from '../../widgets/device-pixels';
import { ImageCanvas } from '../../widgets/image-canvas';
import { imagePixels } from './noise-pixels';
import styles from './paths-canvas.module.css';
import { nearestWalk, planeView } from './plane';

export interface PathsCanvasProps {
  result: TrajectoriesResult;
  moment: number;
  labels: readonly string[];
  highlighted: number | undefined;
  onHover(walk: number | undefined): void;
  onChoose(walk: number | undefined): void;
}

const reach = 14;

export function PathsCanvas({ result, moment, labels, highlighted, onHover, onChoose }: PathsCanvasProps) {
  const t = useWords('diffusion');
  const box = useRef<HTMLDivElement>(null);
  const canvas = useRef<HTMLCanvasElement>(null);
  const ratio = useDeviceRatio();
  const { width, height } = useSize(box);
  const theme = useSettings((settings) => settings.theme);
  const { paths, points, timesteps, labels: places } = result;
  const moments = timesteps.length;
  const n = paths.length / (2 * moments);
  const view = useMemo(() => planeView([points, paths], width, height, 16), [points, paths, width, height]);

  useEffect(() => {
    const context = canvas.current?.getContext('2d');
    if (!context || !canvas.current || width === 0) return;
    canvas.current.width = Math.round(width * ratio);
    canvas.current.height = Math.round(height * ratio);
    context.scale(ratio, ratio);
    const tokens = getComputedStyle(document.documentElement);
    const [text, accent, ground] = ['--text', '--accent', '--surface'].map((token) => tokens.getPropertyValue(token).trim());
    context.globalAlpha = 0.55;
    for (let i = 0; i * 2 < points.length; i++) {
      context.fillStyle = places[i] < 0 ? text : labelColour(places[i], theme);
      context.fillRect(view.x(points[i * 2]) - 1.25, view.y(points[i * 2 + 1]) - 1.25, 2.5, 2.5);
    }
    const line = (walk: number, from: number, to: number): void => {
      context.beginPath();
      for (let k = from; k <= to; k++) {
        const at = (walk * moments + k) * 2;
        context.lineTo(view.x(paths[at]), view.y(paths[at + 1]));
      }
      context.stroke();
    };
    context.lineJoin = 'round';
    for (let pass = 0; pass < 2; pass++) {
      for (let walk = 0; walk < n; walk++) {
        const bright = walk === highlighted;
        // The highlighted walk lies above the others.
        if (bright !== (pass === 1)) continue;
        context.strokeStyle = bright ? accent : text;
        context.lineWidth = bright ? 2 : 1;
        context.globalAlpha = bright ? 0.5 : 0.1;
        line(walk, moment, moments - 1);
        context.globalAlpha = bright ? 1 : 0.4;
        line(walk, 0, moment);
      }
    }
    context.globalAlpha = 1;
    for (let walk = 0; walk < n; walk++) {
      const at = (walk * moments + moment) * 2;
      context.beginPath();
      context.arc(view.x(paths[at]), view.y(paths[at + 1]), walk === highlighted ? 6 : 4, 0, 2 * Math.PI);
      context.fillStyle = walk === highlighted ? accent : text;
      context.fill();
      context.strokeStyle = ground;
      context.lineWidth = 1.5;
      context.stroke();
    }
  }, [places, paths, points, n, moments, moment, highlighted, view, ratio, width, height, theme]);

  const seen = [...new Set(places)].filter((label) => label >= 0).sort((a, b) => a - b);
  return (
    <div ref={box} className={styles['box']}>
      <canvas
        ref={canvas}
        role="img"
        aria-label={t('planeLabel', { count: n, points: points.length / 2 })}
        className={styles['canvas']}
        onPointerMove={(event) => {
          const { left, top } = event.currentTarget.getBoundingClientRect();
          onHover(nearestWalk(paths, moments, moment, view, event.clientX - left, event.clientY - top, reach));
        }}
        onPointerLeave={() => onHover(undefined)}
        onPointerDown={(event) => {
          const { left, top } = event.currentTarget.getBoundingClientRect();
          onChoose(nearestWalk(paths, moments, moment, view, event.clientX - left, event.clientY - top, reach));
        }}
      />
      {seen.length > 0 && seen.length <= 16 && (
        <ul className={styles['legend']} aria-label={t('legend')}>
          {seen.map((label) => (
            <li key={label}>
              <span className={styles['swatch']} style={{ background: labelColour(label, theme) }} />
              {labels[label] ?? label}
            </li>
          ))}
        </ul>
      )}
      {highlighted !== undefined && highlighted < n && (
        <div className={styles['card']}>
          <ImageCanvas pixels={imagePixels(result.images, result.shape)} index={highlighted} label={t('endOfWalk', { number: highlighted + 1 })} zoom={Math.max(1, Math.round(84 / result.shape[1]))} />
          <span>{t('endOfWalk', { number: highlighted + 1 })}</span>
        </div>
      )}
    </div>
  );
}
