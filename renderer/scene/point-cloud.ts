/** @file A cloud of points on a canvas, flat or in space: drawn when something changed, moved by the pointer, asked what lies under it. */

import CameraControls from 'camera-controls';
import {
  Box3,
  BufferAttribute,
  BufferGeometry,
  Color,
  Matrix4,
  NormalBlending,
  OrthographicCamera,
  PerspectiveCamera,
  Points,
  Quaternion,
  Raycaster,
  Scene,
  ShaderMaterial,
  Sphere,
  Spherical,
  Vector2,
  Vector3,
  Vector4,
  WebGLRenderer,
} from 'three';
import { LabError } from '../../preload/contract/errors';
import { drawOrder, pointGrid, type PointGrid } from './point-grid';

CameraControls.install({ THREE: { Box3, Matrix4, Quaternion, Raycaster, Sphere, Spherical, Vector2, Vector3, Vector4 } });

/** CSS pixels from the canvas's corner. */
export interface ScreenPoint {
  x: number;
  y: number;
}

export interface PointCloud {
  /** [N, rank], rank 1 to 3; coordinates that are missing are 0. */
  setPoints(points: Float32Array, rank: number): void;
  /** RGB of each point, [N, 3]. Points whose `front` is 0 are drawn behind the others. */
  setColours(colours: Uint8Array, front?: Uint8Array): void;
  /** '#rrggbb' behind the points. */
  setGround(colour: string): void;
  /** In space, turned by dragging; else flat, the first two coordinates, moved by dragging. */
  setDeep(deep: boolean): void;
  /** Brings all points into view. */
  fit(): void;
  zoom(factor: number): void;
  /** Moves the view to the right and down by CSS pixels; in space it turns as far. */
  pan(x: number, y: number): void;
  /** Index of the point within `reach` CSS pixels. */
  pick(at: ScreenPoint, reach: number): number | undefined;
  /** Where a point of the cloud's own coordinates is seen. */
  toScreen(point: readonly number[]): ScreenPoint;
  /** The first two coordinates of the place under the pointer on the plane where the third is `third`. undefined: the view lies along the plane. */
  toPlane(at: ScreenPoint, third: number): [number, number] | undefined;
  dispose(): void;
}

export interface CloudOptions {
  canvas: HTMLCanvasElement;
  /** After each frame in which the view moved or the canvas changed its size. */
  onView(): void;
  reducedMotion: boolean;
}

const vertexShader = /* glsl */ `
  attribute vec3 colour;
  uniform float size;
  uniform float deep;
  varying vec3 vColour;
  void main() {
    vColour = colour;
    vec4 place = modelViewMatrix * vec4(position, 1.0);
    gl_Position = projectionMatrix * place;
    gl_PointSize = deep > 0.5 ? size * 3.0 / -place.z : size;
  }
`;
/* Colours come and go as sRGB: nothing is mixed in light. */
const fragmentShader = /* glsl */ `
  uniform float deep;
  varying vec3 vColour;
  void main() {
    float radius = length(gl_PointCoord - 0.5);
    float alpha = 1.0 - smoothstep(0.36, 0.5, radius);
    if (alpha < (deep > 0.5 ? 0.5 : 0.02)) discard;
    gl_FragColor = vec4(vColour, deep > 0.5 ? 1.0 : alpha * 0.85);
  }
`;

const margin = 1.12;
/** Of a camera in space, where all fits a radius of 1. */
const deepFrom = [1.5, 1.1, 2.6] as const;

/** @throws LabError 'webgl-missing' */
export function createPointCloud({ canvas, onView, reducedMotion }: CloudOptions): PointCloud {
  let renderer: WebGLRenderer;
  try {
    renderer = new WebGLRenderer({ canvas, antialias: false, alpha: false, preserveDrawingBuffer: true, powerPreference: 'high-performance' });
  } catch (caught) {
    throw new LabError('webgl-missing', { detail: caught instanceof Error ? caught.message.split('\n')[0] : String(caught) }, { cause: caught });
  }
  const scene = new Scene();
  const geometry = new BufferGeometry();
  const material = new ShaderMaterial({ vertexShader, fragmentShader, uniforms: { size: { value: 4 }, deep: { value: 0 } }, transparent: true, blending: NormalBlending, depthTest: false, depthWrite: false });
  const cloud = new Points(geometry, material);
  cloud.frustumCulled = false;
  scene.add(cloud);

  const flatCamera = new OrthographicCamera(-1, 1, 1, -1, -100, 100);
  const deepCamera = new PerspectiveCamera(40, 1, 0.01, 100);
  const flat = new CameraControls(flatCamera);
  const space = new CameraControls(deepCamera);
  flat.mouseButtons.left = flat.mouseButtons.middle = flat.mouseButtons.right = CameraControls.ACTION.TRUCK;
  flat.mouseButtons.wheel = CameraControls.ACTION.ZOOM;
  flat.touches.one = CameraControls.ACTION.TOUCH_TRUCK;
  flat.touches.two = CameraControls.ACTION.TOUCH_ZOOM_TRUCK;
  flat.dollyToCursor = space.dollyToCursor = true;
  space.minDistance = 0.05;
  space.maxDistance = 40;
  flat.minZoom = 0.2;
  flat.maxZoom = 2000;
  for (const controls of [flat, space]) {
    controls.smoothTime = reducedMotion ? 0 : 0.12;
    controls.draggingSmoothTime = reducedMotion ? 0 : 0.04;
  }

  let deep = false;
  let points: Float32Array = new Float32Array(0);
  let rank = 2;
  let grid: PointGrid | undefined;
  let order: Uint32Array = new Uint32Array(0);
  /** Scene = (cloud - centre) / unit: whatever the scale of the space, the scene is about 1 wide. */
  let centre = [0, 0, 0];
  let unit = 1;
  let half = [1, 1];
  let width = 1;
  let height = 1;
  let sized = false;
  let stale = true;
  /** By hand, since all points were last brought into view: then a canvas that changes its size leaves the view alone. */
  let moved = false;
  let disposed = false;
  let lastMs = performance.now();

  const controls = (): CameraControls => (deep ? space : flat);
  const camera = (): OrthographicCamera | PerspectiveCamera => (deep ? deepCamera : flatCamera);
  const at = (n: number, k: number): number => (k < rank ? points[n * rank + k] : 0);

  const resize = (): void => {
    const box = canvas.getBoundingClientRect();
    if (box.width === 0 || box.height === 0) return;
    // A panel that comes back as it went still has its picture: drawing all points again would be what a switch waits for.
    if (sized && box.width === width && box.height === height && renderer.getPixelRatio() === window.devicePixelRatio) return;
    [width, height] = [box.width, box.height];
    sized = true;
    renderer.setPixelRatio(window.devicePixelRatio);
    renderer.setSize(width, height, false);
    const aspect = width / height;
    [flatCamera.left, flatCamera.right] = [-aspect, aspect];
    deepCamera.aspect = aspect;
    flatCamera.updateProjectionMatrix();
    deepCamera.updateProjectionMatrix();
    stale = true;
    if (!moved) fit(false);
  };

  const pointSize = (): number => {
    const count = Math.max(1, points.length / rank);
    const base = Math.min(9, Math.max(2.2, 11 - 1.75 * Math.log10(count)));
    return base * window.devicePixelRatio * (deep ? 1 : Math.min(4, Math.max(0.8, (flatCamera.zoom / fitZoom()) ** 0.4)));
  };

  const fitZoom = (): number => Math.min(1 / (half[1] * margin), width / height / (half[0] * margin));

  const fit = (smooth: boolean): void => {
    const slide = smooth && !reducedMotion;
    void flat.setLookAt(0, 0, 10, 0, 0, 0, slide);
    void flat.zoomTo(fitZoom(), slide);
    // A narrow canvas sees less to the sides: the camera steps back.
    const back = Math.max(1, height / width);
    void space.setLookAt(deepFrom[0] * back, deepFrom[1] * back, deepFrom[2] * back, 0, 0, 0, slide);
    moved = false;
    stale = true;
  };

  let frame = 0;
  const draw = (nowMs: number): void => {
    frame = requestAnimationFrame(draw);
    const changed = controls().update(Math.min(0.1, (nowMs - lastMs) / 1000));
    lastMs = nowMs;
    if (!changed && !stale) return;
    stale = false;
    material.uniforms['size'].value = pointSize();
    renderer.render(scene, camera());
    onView();
  };

  for (const one of [flat, space]) one.addEventListener('control', () => (moved = true));
  const observer = new ResizeObserver(resize);
  observer.observe(canvas);
  resize();
  flat.connect(canvas);
  frame = requestAnimationFrame(draw);

  const held = new Vector3();
  const toScene = (point: readonly number[]): Vector3 => held.set(((point[0] ?? 0) - centre[0]) / unit, ((point[1] ?? 0) - centre[1]) / unit, ((point[2] ?? 0) - centre[2]) / unit);

  const toPlane = ({ x, y }: ScreenPoint, third: number): [number, number] | undefined => {
    camera().updateMatrixWorld();
    const ray = new Raycaster();
    ray.setFromCamera(new Vector2((2 * x) / width - 1, 1 - (2 * y) / height), camera());
    const { origin, direction } = ray.ray;
    if (Math.abs(direction.z) < 0.02) return undefined;
    const along = ((third - centre[2]) / unit - origin.z) / direction.z;
    if (deep && along < 0) return undefined;
    return [(origin.x + along * direction.x) * unit + centre[0], (origin.y + along * direction.y) * unit + centre[1]];
  };

  /** Of the points within reach on the screen, the one nearest to the eye among those about equally near to the pointer. */
  const pickDeep = ({ x, y }: ScreenPoint, reach: number): number | undefined => {
    deepCamera.updateMatrixWorld();
    const m = new Matrix4().multiplyMatrices(deepCamera.projectionMatrix, deepCamera.matrixWorldInverse).elements;
    const count = points.length / rank;
    let [found, best]: [number | undefined, number] = [undefined, Infinity];
    for (let n = 0; n < count; n++) {
      const [a, b, c] = [(at(n, 0) - centre[0]) / unit, (at(n, 1) - centre[1]) / unit, (at(n, 2) - centre[2]) / unit];
      const w = m[3] * a + m[7] * b + m[11] * c + m[15];
      if (w <= 0) continue;
      const away = Math.hypot(((m[0] * a + m[4] * b + m[8] * c + m[12]) / w + 1) * 0.5 * width - x, (1 - (m[1] * a + m[5] * b + m[9] * c + m[13]) / w) * 0.5 * height - y);
      if (away > reach) continue;
      // w is the distance from the eye: a pixel of precision is worth a few hundredths of depth.
      const rating = away / reach + w;
      if (rating < best) [found, best] = [n, rating];
    }
    return found;
  };

  return {
    setPoints(given, givenRank) {
      points = given;
      rank = givenRank;
      const count = points.length / rank;
      grid = undefined;
      const [low, high] = [[Infinity, Infinity, Infinity], [-Infinity, -Infinity, -Infinity]];
      for (let n = 0; n < count; n++) {
        for (let k = 0; k < 3; k++) {
          low[k] = Math.min(low[k], at(n, k));
          high[k] = Math.max(high[k], at(n, k));
        }
      }
      centre = low.map((value, k) => (count > 0 ? (value + high[k]) / 2 : 0));
      unit = Math.max(1e-12, ...low.map((value, k) => (count > 0 ? (high[k] - value) / 2 : 1)));
      half = [0, 1].map((k) => Math.max(0.05, (high[k] - low[k]) / 2 / unit));
      const positions = new Float32Array(count * 3);
      for (let n = 0; n < count; n++) for (let k = 0; k < 3; k++) positions[n * 3 + k] = (at(n, k) - centre[k]) / unit;
      geometry.setAttribute('position', new BufferAttribute(positions, 3));
      order = drawOrder(count);
      geometry.setIndex(new BufferAttribute(order, 1));
      fit(false);
    },
    setColours(colours, front) {
      // A partition that keeps the order within both parts.
      const sorted = front ? Uint32Array.from([...order.filter((n) => front[n] === 0), ...order.filter((n) => front[n] !== 0)]) : order;
      geometry.setIndex(new BufferAttribute(sorted, 1));
      geometry.setAttribute('colour', new BufferAttribute(colours, 3, true));
      stale = true;
    },
    setGround(colour) {
      renderer.setClearColor(new Color(colour));
      stale = true;
    },
    setDeep(now) {
      if (now === deep) return;
      controls().disconnect();
      deep = now;
      controls().connect(canvas);
      material.uniforms['deep'].value = deep ? 1 : 0;
      material.depthTest = material.depthWrite = deep;
      material.transparent = !deep;
      material.needsUpdate = true;
      stale = true;
    },
    fit: () => fit(true),
    zoom(factor) {
      moved = true;
      if (deep) void space.dolly(space.distance * (1 - 1 / factor), !reducedMotion);
      else void flat.zoomTo(flatCamera.zoom * factor, !reducedMotion);
    },
    pan(x, y) {
      moved = true;
      if (deep) void space.rotate((2 * Math.PI * x) / height, (2 * Math.PI * y) / height, !reducedMotion);
      else void flat.truck((2 * x) / height / flatCamera.zoom, (2 * y) / height / flatCamera.zoom, !reducedMotion);
    },
    pick(place, reach) {
      if (points.length === 0) return undefined;
      if (deep) return pickDeep(place, reach);
      grid ??= pointGrid(points, rank);
      const [here, beside] = [toPlane(place, centre[2]), toPlane({ x: place.x + reach, y: place.y }, centre[2])];
      return here && beside && grid.nearest(here[0], here[1], Math.abs(beside[0] - here[0]));
    },
    toScreen(point) {
      camera().updateMatrixWorld();
      const seen = toScene(point).project(camera());
      return { x: ((seen.x + 1) / 2) * width, y: ((1 - seen.y) / 2) * height };
    },
    toPlane,
    dispose() {
      if (disposed) return;
      disposed = true;
      cancelAnimationFrame(frame);
      observer.disconnect();
      flat.dispose();
      space.dispose();
      geometry.dispose();
      material.dispose();
      renderer.dispose();
    },
  };
}
