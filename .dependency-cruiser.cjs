/** @file Layers of the project, and who may import what. Each message names the layers that are allowed. Packages: TypeScript 7 has no compiler API, so @swc/core parses. */

const TEST = '\\.test\\.tsx?$';
/** A package, wherever npm put it. */
const pkg = (name) => `(^|/)node_modules/${name}(/|$)`;
const ZOD = pkg('zod');
const TFJS_CORE = pkg('@tensorflow/tfjs-core');

/** `from` may import only `allowed` (tests may import what they need). */
function only(name, comment, from, allowed, extra = {}) {
  return { name, severity: 'error', comment, from: { path: from, pathNot: TEST }, to: { pathNot: allowed, ...extra } };
}

/** `from` may not import `banned`. */
function never(name, comment, from, banned, extra = {}) {
  return { name, severity: 'error', comment, from, to: { path: banned, ...extra } };
}

const FORBIDDEN = [
  only(
    'contract-is-a-leaf',
    'preload/contract imports zod and preload/contract: both sides of the bridge read it',
    '^preload/contract/',
    ['^preload/contract/', ZOD],
  ),
  only(
    'preload-sees-the-contract',
    'preload/index.ts imports electron and preload/contract: a sandboxed preload can load nothing else',
    '^preload/index\\.ts$',
    ['^preload/contract/', pkg('electron')],
  ),
  never(
    'renderer-sees-the-contract',
    'renderer imports renderer, preload/contract, resources and packages of the browser: what it needs from main goes through the contract',
    { path: '^renderer/', pathNot: TEST },
    ['^main/', '^preload/index', '^e2e/', '^bench/', '^scripts/'],
  ),
  {
    name: 'renderer-has-no-node',
    severity: 'error',
    comment: 'renderer runs in a sandboxed page: no Node builtins',
    from: { path: '^renderer/', pathNot: TEST },
    to: { dependencyTypes: ['core'] },
  },
  never(
    'panels-know-no-panels',
    'a panel imports its own folder, renderer/widgets, charts, scene, state, link and theme, never another panel',
    { path: '^renderer/panels/([^/]+)/' },
    ['^renderer/panels/[^/]+/'],
    { pathNot: '^renderer/panels/$1/' },
  ),
  never(
    'electron-in-its-place',
    'only main/electron, main/index.ts and preload/index.ts import electron: under plain Node its import starts a download',
    { path: '^(main|preload|renderer|e2e|bench|scripts)/', pathNot: ['^main/electron/', '^main/index\\.ts$', '^preload/index\\.ts$'] },
    [pkg('electron')],
  ),
  never(
    'native-engines-in-runtime',
    'only main/runtime (and the bench) imports onnxruntime-node and tfjs-node: devices are its affair',
    { path: '^(main|preload|renderer)/', pathNot: '^main/runtime/' },
    [pkg('onnxruntime-(node|common|web)'), pkg('@tensorflow/tfjs-node(-gpu)?')],
  ),
  only(
    'methods-read-like-papers',
    'main/methods imports main/methods, main/nn, tfjs-core and zod: no device, file or window',
    '^main/methods/',
    ['^main/methods/', '^main/nn/', TFJS_CORE, ZOD],
  ),
  never(
    'methods-know-no-methods',
    'a method imports its own folder, main/methods/method.ts and main/nn, never another method',
    { path: '^main/methods/([^/]+)/', pathNot: TEST },
    ['^main/methods/[^/]+/'],
    { pathNot: '^main/methods/$1/' },
  ),
  only(
    'nn-is-shared-mathematics',
    'main/nn imports main/nn, main/compiler/trace (its custom ops), tfjs-core, zod and types of main/methods/method.ts',
    '^main/nn/',
    ['^main/nn/', '^main/methods/method\\.ts$', '^main/compiler/trace/', TFJS_CORE, ZOD],
  ),
  only(
    'compiler-is-pure',
    'main/compiler imports main/compiler, main/nn, preload/contract, types of main/methods/method.ts, tfjs-core and protobufjs: no files, no devices, no builtins of Node',
    '^main/compiler/',
    ['^main/compiler/', '^main/nn/', '^main/methods/method\\.ts$', '^preload/contract/', pkg('@tensorflow/tfjs-(core|backend-cpu)'), pkg('protobufjs'), ZOD, '^resources/'],
  ),
  never(
    'runtime-knows-devices-only',
    'main/runtime imports main/runtime, main/platform, preload/contract, main/compiler/compiled.ts and emit/ (targets and ONNX), types of main/methods/method.ts, and the native engines',
    { path: '^main/runtime/', pathNot: TEST },
    ['^main/(?!runtime/|platform/|compiler/compiled|compiler/emit/|methods/method)', '^renderer/'],
  ),
  never(
    'platform-is-a-leaf',
    'main/platform imports main/platform and preload/contract',
    { path: '^main/platform/', pathNot: TEST },
    ['^main/(?!platform/)', '^renderer/', '^e2e/'],
  ),
  never(
    'readers-only-read',
    'main/data/readers imports main/data/readers, main/platform and preload/contract: it never sees the catalog, the import or the batches',
    { path: '^main/data/readers/', pathNot: TEST },
    ['^main/data/(catalog|import|batches)/', '^main/(?!data/|platform/)'],
  ),
  never(
    'data-goes-one-way',
    'main/data imports main/data, main/platform and preload/contract',
    { path: '^main/data/', pathNot: TEST },
    ['^main/(?!data/|platform/)'],
  ),
  never(
    'catalog-knows-no-import',
    'main/data/catalog and main/data/batches never import main/data/import: import fills the catalog',
    { path: '^main/data/(catalog|batches)/', pathNot: TEST },
    ['^main/data/import/'],
  ),
  never(
    'analysis-reads',
    'main/analysis imports main/analysis, main/platform, preload/contract and readers of main/runs and main/data/catalog',
    { path: '^main/analysis/', pathNot: TEST },
    ['^main/(?!analysis/|platform/|runs/|data/catalog/)'],
  ),
  never(
    'exports-draw',
    'main/exports imports main/exports, main/analysis, main/platform and preload/contract',
    { path: '^main/exports/', pathNot: TEST },
    ['^main/(?!exports/|analysis/|platform/)'],
  ),
  never(
    'runs-know-no-work',
    'main/runs imports main/runs, main/platform and preload/contract: it keeps what others compute',
    { path: '^main/runs/', pathNot: TEST },
    ['^main/(?!runs/|platform/)'],
  ),
  never(
    'supervisor-knows-no-work',
    'main/supervisor imports main/supervisor, main/platform and preload/contract: it starts processes by name',
    { path: '^main/supervisor/', pathNot: TEST },
    ['^main/(?!supervisor/|platform/)'],
  ),
  never(
    'sampling-is-shared-work',
    'main/sampling imports main/sampling, main/platform, main/data/catalog, types of main/runtime/graph.ts and preload/contract: a graph is handed in, so the trainer and the inference process can both draw from it',
    { path: '^main/sampling/', pathNot: [TEST, '/scripted/'] },
    ['^main/(?!sampling/|platform/|data/catalog/|runtime/graph)'],
  ),
  never(
    'processes-know-no-host',
    'the importer, the trainer and the inference process import the folders below them, never the lab, a host or each other',
    { path: '^main/(importer|trainer|inference)/', pathNot: TEST },
    ['^main/(lab|cli|electron|serve|importer|trainer|inference)/', '^main/(cli|index)\\.ts$', '^renderer/'],
    { pathNot: '^main/$1/' },
  ),
  never(
    'lab-knows-no-host',
    'main/lab imports the folders below it, never the terminal, the window or the server: they call it',
    { path: '^main/lab/', pathNot: TEST },
    ['^main/(cli|electron|serve)/', '^main/(cli|index)\\.ts$', '^renderer/', pkg('(commander|cli-progress|ws)')],
  ),
  never(
    'nothing-below-knows-the-lab',
    'only main/cli, main/cli.ts, main/electron, main/index.ts, main/serve, e2e, bench and scripts import main/lab',
    { path: '^main/', pathNot: [TEST, '^main/(lab|cli|electron|serve)/', '^main/(cli|index)\\.ts$'] },
    ['^main/lab/'],
  ),
  never(
    'hosts-call-the-lab',
    'main/cli, main/electron and main/serve import main/lab, main/supervisor, main/platform and preload/contract; the rest is behind the lab',
    { path: '^main/((cli|electron|serve)/|(cli|index)\\.ts$)', pathNot: TEST },
    ['^main/(data|methods|nn|compiler|runtime|trainer|inference|importer|runs|analysis|exports)/'],
  ),
  never(
    'start-knows-programs-only',
    'main/start imports main/start, main/platform and preload/contract: it finds and opens programs, and knows neither the lab nor a host',
    { path: '^main/start/', pathNot: TEST },
    ['^main/(?!start/|platform/)'],
  ),
  never(
    'writers-of-files',
    'only main/runs, main/exports, main/data/catalog, main/data/import and main/platform import main/platform/files.ts: all others hand them what is to be written',
    { path: '^main/', pathNot: [TEST, '^main/(runs|exports|platform)/', '^main/data/(catalog|import)/'] },
    ['^main/platform/files\\.ts$'],
  ),
  never(
    'main-knows-no-page',
    'main and preload never import renderer: pages get data through the contract',
    { path: '^(main|preload)/' },
    ['^renderer/'],
  ),
  never(
    'product-knows-no-tests',
    'main, preload and renderer import neither tests nor e2e, bench and scripts',
    { path: '^(main|preload|renderer)/', pathNot: TEST },
    ['^(e2e|bench|scripts)/', TEST],
  ),
  {
    name: 'no-cycles',
    severity: 'error',
    comment: 'calls go down: break the cycle by moving what both need to a folder below (types alone may point back, and a panel\'s view its spec, which loads it when it is first shown)',
    from: {},
    to: { circular: true, viaOnly: { dependencyTypesNot: ['type-only', 'type-import', 'dynamic-import'] } },
  },
  {
    name: 'resolves',
    severity: 'error',
    comment: 'an import that resolves to nothing would not be checked by the other rules',
    from: {},
    to: { couldNotResolve: true, pathNot: ['^@tensorflow/tfjs-node-gpu'] },
  },
];

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: FORBIDDEN,
  options: {
    parser: 'swc',
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['^out/'] },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types', 'default'],
      mainFields: ['module', 'main', 'types'],
      extensions: ['.ts', '.tsx', '.mjs', '.cjs', '.js', '.json', '.d.ts'],
    },
    reporterOptions: { text: { highlightFocused: true } },
  },
};
