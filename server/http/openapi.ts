import { z } from 'zod';
import { contract, problem, type Route } from './contract';

type Json = Record<string, unknown>;

/** The contract as an OpenAPI 3.1 document. Named schemas (`meta({ id })`) become components. */
export function openApi(): Json {
  const schemas: Json = {};
  const paths: Record<string, Json> = {};
  for (const [name, route] of Object.entries(contract) as [string, Route][]) {
    const [method = '', path = ''] = name.split(' ');
    const address = path.replace(/:(\w+)/g, '{$1}');
    paths[address] = { ...paths[address], [method.toLowerCase()]: operation(name, route, schemas) };
  }
  return {
    openapi: '3.1.0',
    info: { title: '网格通 Gridtalk', version: '1', description: '网格治理：上报、派遣、处置、核查、督办。' },
    paths,
    components: {
      schemas,
      securitySchemes: {
        cookie: { type: 'apiKey', in: 'cookie', name: 'gridtalk' },
        bearer: { type: 'http', scheme: 'bearer' },
      },
    },
  };
}

function operation(name: string, route: Route, schemas: Json): Json {
  const parameters = [...parametersOf(route.params, 'path', schemas), ...parametersOf(route.query, 'query', schemas)];
  const content = bodyOf(route, schemas);
  return {
    operationId: name.replace(/\W+/g, '_'),
    summary: route.summary,
    security: route.access === 'person' ? [{ cookie: [] }, { bearer: [] }] : [],
    ...(parameters.length > 0 && { parameters }),
    ...(content && { requestBody: { required: true, content } }),
    responses: responsesOf(route, schemas),
  };
}

function parametersOf(schema: z.ZodObject | undefined, where: 'path' | 'query', schemas: Json): Json[] {
  return Object.entries(schema?.shape ?? {}).map(([name, each]) => ({
    name,
    in: where,
    required: where === 'path' || !z.safeParse(each as z.ZodType, undefined).success,
    schema: jsonSchema(each as z.ZodType, 'input', schemas),
  }));
}

function bodyOf({ body, upload }: Route, schemas: Json): Json | null {
  if (upload) return Object.fromEntries(upload.types.map((type) => [type, {}]));
  return body ? { 'application/json': { schema: jsonSchema(body, 'input', schemas) } } : null;
}

function responsesOf({ res, produces, also = [] }: Route, schemas: Json): Json {
  const content = res
    ? { 'application/json': { schema: jsonSchema(res, 'output', schemas) } }
    : { [produces ?? 'application/octet-stream']: {} };
  const answers = [200, ...also].map((status) => [status, { description: status === 200 ? '好' : '不可用', content }]);
  const failed = { 'application/problem+json': { schema: jsonSchema(problem, 'output', schemas) } };
  return { ...Object.fromEntries(answers), default: { description: '问题（RFC 9457）', content: failed } };
}

/** zod keeps named schemas in each schema's own `$defs`; here they move to the document's components. */
function jsonSchema(schema: z.ZodType, io: 'input' | 'output', schemas: Json): Json {
  const text = JSON.stringify(z.toJSONSchema(schema, { target: 'draft-2020-12', io }));
  const { $schema: _, $defs = {}, ...own } = JSON.parse(text.replaceAll('"#/$defs/', '"#/components/schemas/'));
  for (const [name, each] of Object.entries($defs)) schemas[name] = withoutId(each as Json);
  if (typeof own.id !== 'string') return own;
  schemas[own.id] = withoutId(own);
  return { $ref: `#/components/schemas/${own.id}` };
}

function withoutId({ id: _, ...schema }: Json): Json {
  return schema;
}
