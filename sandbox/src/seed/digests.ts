/**
 * The digest of every seeded tag, for samples and tests to name. They follow from seed/contents.ts and seed/image.ts
 * and must never change: releases on people's disks hold them.
 */
export const seededDigests = {
  ecr: {
    'demo-apps/amd64-only': {
      '1.0.0': 'sha256:377e0a0edfecfe0eb6628b7b189c0437897af4cdcd1d4fd0084479825e802a39',
    },
    'demo-apps/api': {
      '1.4.0': 'sha256:b2758127605ff6c0c28d999675272cc852e2b5e17ae9752629766b46ff7693c5',
      '1.4.1': 'sha256:aa2b929d9da033e8236d4cd0cd7fe74ae5928fc7d9f09241788ce3969274b325',
      '1.4.2': 'sha256:7b1735670b5acfa7de5024b0aadd596761f3a60b2435b7d4f1f6ebac525b2781',
      latest: 'sha256:7b1735670b5acfa7de5024b0aadd596761f3a60b2435b7d4f1f6ebac525b2781',
    },
    'demo-apps/archived': {
      '1.0.0': 'sha256:5512780e85dbcb55179b19c8f2f9a386992b13713a4a4045963a4f2acf42a782',
    },
    'demo-apps/denied': {
      '1.0.0': 'sha256:333b6f5229a5b39055e09654527d079af2cd9263efd1025e46c06202659a9f27',
    },
    'demo-apps/nginx': {
      '1.27': 'sha256:c6f3c9eafe62136bf1d1863a48be22d9d14a6dd88dfdc7cfc103185c9369489f',
      '1.27.2': 'sha256:c6f3c9eafe62136bf1d1863a48be22d9d14a6dd88dfdc7cfc103185c9369489f',
    },
    'demo-apps/throttled': {
      '1.0.0': 'sha256:781a6e1cea2de5ff1308daa32365f979453d360e556166e0cdfb8c9dc8ef17b1',
    },
    'demo-apps/web': {
      '2.0.0': 'sha256:4cf459743a227680726aec0b9f72376693d8bff439341c899725fce4f65f5ddf',
      '2.0.1': 'sha256:d4411fe29439ef5efad5568e9394c2a9312697b199de5876e8a8874e170fc4b1',
    },
    'demo-apps/worker': {
      '0.9.0': 'sha256:93b84e003f3a950fdda5be150c72e5804be18158ce7afaa6ec60613c8fdf4012',
    },
  },
  upstream: {
    'acme/secret': {
      '1.0.0': 'sha256:474f0f1a0bf21f1bfa8a927b945aee1b685074458bd56ce9cd9404f8c1e670a3',
    },
    'bitnami/postgresql': {
      '16': 'sha256:f3bced6aca6ed8b1b7362e0d1439f18a02afdb749c5d08dd87d4ea96355af620',
    },
    'library/busybox': {
      '1.36': 'sha256:9ebd2ed4272da39dfb8fbc0cf6d5b7d45ac29d3b8deaec7503de5077029ea386',
    },
    'library/nginx': {
      '1.25': 'sha256:caf677295ade699518f1613b961bc941014ade0f9d74d34c337281d4c8c77c43',
      '1.27': 'sha256:c6f3c9eafe62136bf1d1863a48be22d9d14a6dd88dfdc7cfc103185c9369489f',
      '1.27.2': 'sha256:c6f3c9eafe62136bf1d1863a48be22d9d14a6dd88dfdc7cfc103185c9369489f',
      latest: 'sha256:c6f3c9eafe62136bf1d1863a48be22d9d14a6dd88dfdc7cfc103185c9369489f',
    },
    'library/redis': {
      '7': 'sha256:c1945e64d265b569b7a535b7ff046c3113aa56c13e3cd3c4a8719d9af150f367',
      '7.4': 'sha256:c1945e64d265b569b7a535b7ff046c3113aa56c13e3cd3c4a8719d9af150f367',
      latest: 'sha256:c1945e64d265b569b7a535b7ff046c3113aa56c13e3cd3c4a8719d9af150f367',
    },
    'prometheus/prometheus': {
      'v2.53.0': 'sha256:206cc34b2ef4a4c45d445a00956ce612f932f0c272cc2587c72260116643ea85',
    },
  },
} as const;
