# One image for gateway and worker; docker-compose.yml says which of the two a container runs.

FROM node:24-bookworm-slim AS build
WORKDIR /ids
COPY package.json package-lock.json .npmrc ./
# The optional packages hold the compiler's native parts.
RUN npm ci --include=dev --include=optional
COPY .swcrc ./
COPY scripts scripts
COPY apps apps
COPY libs libs
RUN node --input-type=module --eval "import { build } from './scripts/lib/build.mjs'; await build(process.execPath)"

FROM node:24-bookworm-slim AS packages
WORKDIR /ids
COPY package.json package-lock.json .npmrc ./
# The optional packages are a Node.js of their own, which this image has already, and builds for development.
RUN npm ci --omit=dev --omit=optional

FROM node:24-bookworm-slim
RUN apt-get update \
  && apt-get install -y --no-install-recommends python3 git mypy bubblewrap \
  && rm -rf /var/lib/apt/lists/*
WORKDIR /ids
ENV NODE_ENV=production
COPY package.json LICENSE ./
COPY config config
COPY --from=packages /ids/node_modules node_modules
COPY --from=build /ids/dist dist
USER node
CMD ["node", "dist/apps/gateway/src/main.js"]
