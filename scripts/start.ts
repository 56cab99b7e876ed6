#!/usr/bin/env node
/** npm start: compiles, signs, serves and watches. */
import { START, startConfig } from '../server/config.js';
import { runCommand } from '../server/exit.js';
import { main } from '../server/main.js';

await runCommand(START, (flags) => main(startConfig(flags)));
