/** The reference for heads: a bare Fastify route with the same schema, that sends as many bytes and does nothing else. */
import Fastify from 'fastify';
import { headSchema } from '../../server/http/routes/head.js';
import { order } from '../lab/parent.js';
import { listening } from './listening.js';

const { size } = await order<{ size: number }>();
const body = Buffer.alloc(size, 'x');
const app = Fastify();
app.get('/:abi/head', { schema: headSchema }, (_request, reply) => reply.send(body));
await listening(app);
