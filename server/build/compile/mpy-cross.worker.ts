/**
 * One compiler on its own thread. The glue of the package is called directly: its `compile()` would `fetch`
 * a file path, load the WebAssembly again for every file, and leave listeners on `process` that rethrow;
 * here they hit this thread only.
 */
import { createRequire } from 'node:module';
import { parentPort } from 'node:worker_threads';
import type { Abi, CompileRequest, CompileResponse } from './messages.js';

interface GlueOptions {
  arguments: string[];
  inputFileContents: Uint8Array;
  instantiateWasm(
    imports: WebAssembly.Imports,
    done: (instance: WebAssembly.Instance, module: WebAssembly.Module) => void,
  ): WebAssembly.Exports;
  callback(status: number, mpy: Uint8Array | undefined, out: string[], errors: string[]): void;
}
type Glue = (options: GlueOptions) => Promise<unknown>;

const GLUES: Record<Abi, string> = {
  5: '@pybricks/mpy-cross-v5/build/mpy-cross.js',
  6: '@pybricks/mpy-cross-v6/build/mpy-cross-v6.js',
};
const require = createRequire(import.meta.url);

function compile({ abi, module, name, source, flags }: CompileRequest): Promise<CompileResponse> {
  return new Promise((resolve, reject) => {
    const glue: Glue = require(GLUES[abi]);
    glue({
      arguments: [...flags, name],
      inputFileContents: source,
      instantiateWasm(imports, done) {
        const instance = new WebAssembly.Instance(module, imports);
        done(instance, module);
        return instance.exports;
      },
      callback: (status, mpy, _out, errors) => resolve({ status, mpy, errors }),
    }).catch(reject);
  });
}

/** The glue adds listeners at every call and never takes them away. */
function dropListeners(): void {
  process.removeAllListeners('uncaughtException');
  process.removeAllListeners('unhandledRejection');
}

async function answer(question: CompileRequest): Promise<CompileResponse> {
  try {
    return await compile(question);
  } catch (error) {
    return { status: -1, mpy: undefined, errors: [String(error)] };
  } finally {
    dropListeners();
  }
}

parentPort?.on('message', async (question: CompileRequest) => {
  parentPort?.postMessage(await answer(question));
});
