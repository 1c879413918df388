# syntax=docker/dockerfile:1
FROM node:24-bookworm-slim AS build
WORKDIR /src
COPY package.json package-lock.json ./
RUN npm ci --no-audit --no-fund
COPY . .
RUN npm run build

FROM node:24-bookworm-slim AS dependencies
WORKDIR /app
COPY package.json package-lock.json ./
RUN npm ci --omit=dev --ignore-scripts --no-audit --no-fund

FROM node:24-bookworm-slim
# What is freed of large results goes back to the machine: otherwise glibc keeps up to 200 MB of it, and V8 40 MB.
ENV NODE_ENV=production KITT_HOME=/data MALLOC_MMAP_THRESHOLD_=1048576 NODE_OPTIONS=--max-semi-space-size=4
WORKDIR /app
COPY --from=dependencies /app/node_modules ./node_modules
COPY --from=build /src/dist ./dist
COPY package.json LICENSE ./
RUN mkdir /data && chown node:node /data
USER node
VOLUME /data
EXPOSE 8080
# The server handles signals itself; node may be process 1.
HEALTHCHECK --interval=30s --timeout=5s --start-period=20s CMD ["node", "dist/bin/kitt.js", "health"]
ENTRYPOINT ["node", "dist/bin/kitt.js"]
CMD ["web"]
