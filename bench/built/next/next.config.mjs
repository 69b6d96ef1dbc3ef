export default {
  output: 'export',
  env: {CLIENT: process.env.CLIENT ?? ''},
  eslint: {ignoreDuringBuilds: true},
  typescript: {ignoreBuildErrors: true},
  experimental: {cpus: 1, workerThreads: false},
};
