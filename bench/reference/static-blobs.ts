/** A reference for blobs: the same folder behind @fastify/static. */
import fastifyStatic from '@fastify/static';
import Fastify from 'fastify';
import { order } from '../lab/parent.js';
import { listening } from './listening.js';

const { root } = await order<{ root: string }>();
const app = Fastify();
await app.register(fastifyStatic, { root });
await listening(app);
