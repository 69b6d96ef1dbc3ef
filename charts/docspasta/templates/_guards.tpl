{{/* What the schema can't say: each guard fails with a sentence that names the value and tells what to do. */}}

{{- define "docspasta.guards" -}}
{{- include "docspasta.guards.removed" . -}}
{{- include "docspasta.guards.databases" . -}}
{{- include "docspasta.guards.keys" . -}}
{{- include "docspasta.guards.crawler" . -}}
{{- include "docspasta.guards.scaling" . -}}
{{- include "docspasta.guards.operator" . -}}
{{- include "docspasta.guards.routes" . -}}
{{- include "docspasta.guards.monitoring" . -}}
{{- include "docspasta.guards.rest" . -}}
{{- end -}}

{{- /* Values that were renamed or never were, but that hands write from habit. */ -}}
{{- define "docspasta.guards.removed" -}}
{{- $moved := dict
  "replicaCount" "set gateway.replicas, jobs.replicas, crawler.replicas and processor.replicas"
  "postgresql" "this chart installs no production database: set postgres.existingSecret, or for a trial devDatabases.postgres.enabled"
  "env" "set extraEnv, or a setting by its name under settings"
  "autoscalingEnabled" "set <service>.autoscaling.enabled"
-}}
{{- range $name, $advice := $moved -}}
{{- if hasKey $.Values $name -}}
{{- fail (printf "The value %s is not used by this chart: %s." $name $advice) -}}
{{- end -}}
{{- end -}}
{{- if hasKey .Values.redis "url" -}}
{{- fail "The value redis.url is not used by this chart: each service has its own Redis user, so set redis.existingSecret, or redis.jobsUrl, redis.crawlerUrl and redis.processorUrl." -}}
{{- end -}}
{{- end -}}

{{- define "docspasta.guards.databases" -}}
{{- $p := .Values.postgres -}}
{{- $dev := .Values.devDatabases -}}
{{- if and $dev.postgres.enabled (or $p.existingSecret $p.dsn) -}}
{{- fail "Two databases are given: unset devDatabases.postgres.enabled, or unset postgres.existingSecret and postgres.dsn." -}}
{{- end -}}
{{- if not (or $p.existingSecret $dev.postgres.enabled (and $p.dsn $p.maintenanceDsn $p.ownerDsn)) -}}
{{- fail "No database is given: set postgres.existingSecret to a Secret with the keys dsn, maintenance-dsn and owner-dsn (or postgres.dsn, postgres.maintenanceDsn and postgres.ownerDsn; or for a trial devDatabases.postgres.enabled)." -}}
{{- end -}}
{{- range $name := tuple "dsn" "maintenanceDsn" "ownerDsn" -}}
{{- if and (get $p $name) (not (regexMatch "^postgres(ql)?://" (get $p $name))) -}}
{{- fail (printf "postgres.%s is not an address: give postgresql://role:password@host:5432/docspasta." $name) -}}
{{- end -}}
{{- end -}}
{{- $r := .Values.redis -}}
{{- if and $dev.redis.enabled (or $r.existingSecret $r.jobsUrl) -}}
{{- fail "Two Redis are given: unset devDatabases.redis.enabled, or unset redis.existingSecret and redis.jobsUrl." -}}
{{- end -}}
{{- if not (or $r.existingSecret $dev.redis.enabled (and $r.jobsUrl $r.crawlerUrl $r.processorUrl)) -}}
{{- fail "No Redis is given: set redis.existingSecret to a Secret with the keys jobs-url, crawler-url and processor-url (or redis.jobsUrl, redis.crawlerUrl and redis.processorUrl; or for a trial devDatabases.redis.enabled)." -}}
{{- end -}}
{{- range $name := tuple "jobsUrl" "crawlerUrl" "processorUrl" -}}
{{- if and (get $r $name) (not (regexMatch "^rediss?://" (get $r $name))) -}}
{{- fail (printf "redis.%s is not an address: give rediss://user:password@host:6379/0." $name) -}}
{{- end -}}
{{- end -}}
{{- range $name := tuple "postgres" "redis" -}}
{{- $one := index $dev $name -}}
{{- if and $one.enabled (not $one.password) -}}
{{- fail (printf "devDatabases.%s.password is empty: choose one, letters and digits, and keep it for the next upgrade." $name) -}}
{{- end -}}
{{- end -}}
{{- if and (eq (int $p.port) (int $r.port)) (not $dev.postgres.enabled) (not .Values.networkPolicy.redis.to) -}}
{{- fail (printf "postgres.port and redis.port are both %d: name Redis in networkPolicy.redis.to, or the crawler's way to Redis would lead to Postgres too." (int $p.port)) -}}
{{- end -}}
{{- range splitList "," (include "docspasta.crawlerPorts" .) -}}
{{- if or (eq (trim .) (toString $p.port)) (eq (trim .) "*") -}}
{{- fail (printf "settings.crawler_ports holds %s, and Postgres listens on %v: the crawler must not reach Postgres; name the ports of the sites instead." . $p.port) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "docspasta.guards.keys" -}}
{{- $k := .Values.keys -}}
{{- if not $k.existingSecret -}}
{{- range $name, $purpose := dict "signing" "an Ed25519 key in PEM (openssl genpkey -algorithm ed25519)" "sealing" "base64 of 32 random bytes (openssl rand -base64 32)" "ticket" "base64 of 32 random bytes (openssl rand -base64 32)" -}}
{{- if not (get $k $name) -}}
{{- fail (printf "keys.%s is missing: set keys.existingSecret, or give %s." $name $purpose) -}}
{{- end -}}
{{- end -}}
{{- if and .Values.identity.anonymous (not $k.anonymous) -}}
{{- fail "keys.anonymous is missing while identity.anonymous is on: set keys.existingSecret, give an Ed25519 key in PEM, or turn identity.anonymous off." -}}
{{- end -}}
{{- if .Values.identity.login.issuer -}}
{{- if not $k.browser -}}
{{- fail "keys.browser is missing while identity.login.issuer is set: set keys.existingSecret, or give an Ed25519 key in PEM." -}}
{{- end -}}
{{- if and .Values.identity.login.confidential (not $k.loginClientSecret) -}}
{{- fail "keys.loginClientSecret is missing while identity.login.confidential is on: give the client's secret, or turn it off for a public client." -}}
{{- end -}}
{{- end -}}
{{- range $name := tuple "sealing" "ticket" -}}
{{- if not (regexMatch "^[A-Za-z0-9+/]{43}=$" (trim (get $k $name))) -}}
{{- fail (printf "keys.%s is not a key: give base64 of 32 random bytes (openssl rand -base64 32)." $name) -}}
{{- end -}}
{{- end -}}
{{- range $name := tuple "signing" "anonymous" "browser" -}}
{{- if and (get $k $name) (not (contains "BEGIN PRIVATE KEY" (get $k $name))) -}}
{{- fail (printf "keys.%s is not a private key in PEM: give an Ed25519 key (openssl genpkey -algorithm ed25519)." $name) -}}
{{- end -}}
{{- end -}}
{{- if eq $k.sealing $k.ticket -}}
{{- fail "keys.sealing and keys.ticket are the same: the crawler holds the first and must not hold the second, so make two." -}}
{{- end -}}
{{- if .Values.identity.fromSecret -}}
{{- fail "identity.fromSecret is on, but keys.existingSecret names no Secret to take the issuers from." -}}
{{- end -}}
{{- end -}}
{{- if not .Values.identity.fromSecret -}}
{{- if not .Values.identity.signingPublicKeys -}}
{{- fail "identity.signingPublicKeys is empty: give the public half of the signing key (openssl pkey -pubout), or set identity.fromSecret." -}}
{{- end -}}
{{- if and .Values.identity.anonymous (not .Values.identity.anonymousPublicKeys) -}}
{{- fail "identity.anonymousPublicKeys is empty while identity.anonymous is on: give the public half of the anonymous key (openssl pkey -pubout), or turn identity.anonymous off." -}}
{{- end -}}
{{- if and .Values.identity.login.issuer (not .Values.identity.browserPublicKeys) -}}
{{- fail "identity.browserPublicKeys is empty while identity.login.issuer is set: give the public half of the browser key (openssl pkey -pubout)." -}}
{{- end -}}
{{- range concat .Values.identity.signingPublicKeys .Values.identity.anonymousPublicKeys .Values.identity.browserPublicKeys -}}
{{- if contains "PRIVATE KEY" . -}}
{{- fail "identity.signingPublicKeys or identity.anonymousPublicKeys holds a private key: it would stand in a ConfigMap; give the public half (openssl pkey -pubout)." -}}
{{- end -}}
{{- if not (contains "BEGIN PUBLIC KEY" .) -}}
{{- fail "identity.signingPublicKeys, identity.anonymousPublicKeys or identity.browserPublicKeys holds what is not a public key in PEM: give the public half (openssl pkey -pubout)." -}}
{{- end -}}
{{- end -}}
{{- if and .Values.identity.oidc .Values.networkPolicy.enabled (not .Values.networkPolicy.issuers.to) -}}
{{- fail "identity.oidc names issuers, but networkPolicy.issuers.to is empty: the services could not fetch their keys; name the peers, for example an ipBlock." -}}
{{- end -}}
{{- end -}}
{{- if .Values.identity.login.issuer -}}
{{- if not .Values.identity.login.clientId -}}
{{- fail "identity.login.clientId is empty while identity.login.issuer is set: name this installation's client at the issuer." -}}
{{- end -}}
{{- if and .Values.networkPolicy.enabled (not .Values.networkPolicy.issuers.to) -}}
{{- fail "identity.login.issuer is set, but networkPolicy.issuers.to is empty: the gateway could not ask it; name the peers, for example an ipBlock." -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "docspasta.guards.crawler" -}}
{{- range concat .Values.extraEnv .Values.crawler.extraEnv -}}
{{- if or (hasPrefix "DOCSPASTA_POSTGRES" .name) (hasPrefix "DOCSPASTA_TICKET" .name) (hasPrefix "DOCSPASTA_SIGNING" .name) -}}
{{- fail (printf "%s must not be given to the crawler, the process that touches the internet: put it into the extraEnv of the service that needs it." .name) -}}
{{- end -}}
{{- end -}}
{{- range .Values.crawler.allowPrivate -}}
{{- if and (not .to) (not (regexMatch "^[0-9a-fA-F.:]+/[0-9]+$" .target)) -}}
{{- fail (printf "crawler.allowPrivate: %s is a host name, and a NetworkPolicy knows none: add `to` with its peers (an ipBlock or selectors)." .target) -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "docspasta.guards.scaling" -}}
{{- $any := false -}}
{{- range $component := tuple "gateway" "jobs" "crawler" "processor" -}}
{{- $values := index $.Values $component -}}
{{- $a := $values.autoscaling -}}
{{- if $a.enabled -}}
{{- $any = true -}}
{{- if gt (int $a.minReplicas) (int $a.maxReplicas) -}}
{{- fail (printf "%s.autoscaling.minReplicas is %d and maxReplicas %d: the first may not be larger." $component (int $a.minReplicas) (int $a.maxReplicas)) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if .Values.autoscaling.keda.enabled -}}
{{- if not .Values.autoscaling.keda.serverAddress -}}
{{- fail "autoscaling.keda.serverAddress is empty: give the address of the Prometheus that scrapes this release, for example http://prometheus.monitoring.svc:9090." -}}
{{- end -}}
{{- if not $any -}}
{{- fail "autoscaling.keda.enabled is on, but no service's autoscaling.enabled is: nothing would be scaled." -}}
{{- end -}}
{{- if not .Values.metrics.enabled -}}
{{- fail "autoscaling.keda.enabled needs metrics.enabled: it scales on this release's own metrics." -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "docspasta.guards.operator" -}}
{{- if .Values.operator.enabled -}}
{{- if not .Values.operator.issuer -}}
{{- fail "operator.issuer is empty: name the issuer of the cluster's ServiceAccount tokens (kubectl get --raw /.well-known/openid-configuration)." -}}
{{- end -}}
{{- if not (regexMatch "^https://" .Values.operator.jwksUrl) -}}
{{- fail "operator.jwksUrl is not an address: give where the cluster's keys are, for example https://kubernetes.default.svc/openid/v1/jwks." -}}
{{- end -}}
{{- if and .Values.networkPolicy.enabled (not .Values.networkPolicy.apiServer.to) -}}
{{- fail "operator.enabled is on, but networkPolicy.apiServer.to is empty: the operator could not reach the API server; name its peers, for example an ipBlock of the control plane (kubectl get endpointslices -n default)." -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "docspasta.guards.routes" -}}
{{- with .Values.httpRoute -}}
{{- if .enabled -}}
{{- if not (or .parentRefs .gateway.create) -}}
{{- fail "httpRoute.enabled is on without a Gateway: name one in httpRoute.parentRefs, or set httpRoute.gateway.create." -}}
{{- end -}}
{{- if and .gateway.create (not .gateway.className) -}}
{{- fail "httpRoute.gateway.create is on without httpRoute.gateway.className: name a GatewayClass of the cluster (kubectl get gatewayclass)." -}}
{{- end -}}
{{- if not .hostnames -}}
{{- fail "httpRoute.enabled is on without httpRoute.hostnames: a route without a host name would take every host's traffic." -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if and .Values.ingress.enabled (not .Values.ingress.hosts) -}}
{{- fail "ingress.enabled is on without ingress.hosts: name the host, for example docs.example.org." -}}
{{- end -}}
{{- if .Values.certificate.enabled -}}
{{- if not (or .Values.ingress.enabled .Values.httpRoute.enabled) -}}
{{- fail "certificate.enabled is on, but there is no route: turn httpRoute.enabled or ingress.enabled on." -}}
{{- end -}}
{{- if not .Values.certificate.issuerRef.name -}}
{{- fail "certificate.issuerRef.name is empty: name a cert-manager issuer." -}}
{{- end -}}
{{- if .Values.ingress.tlsSecret -}}
{{- fail "ingress.tlsSecret and certificate.enabled are both set: choose one." -}}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "docspasta.guards.monitoring" -}}
{{- if and .Values.metrics.podMonitor.enabled (not .Values.metrics.enabled) -}}
{{- fail "metrics.podMonitor.enabled needs metrics.enabled." -}}
{{- end -}}
{{- if and .Values.metrics.podMonitor.enabled .Values.networkPolicy.enabled (not .Values.networkPolicy.metrics.from) -}}
{{- fail "metrics.podMonitor.enabled is on, but networkPolicy.metrics.from lets nobody in: name Prometheus, for example a namespaceSelector of its namespace." -}}
{{- end -}}
{{- if and .Values.metrics.rules.enabled (not .Values.metrics.rules.runbookUrl) -}}
{{- fail "metrics.rules.runbookUrl is empty: give the address where your people read docs/operations.md, for every alert links to its runbook." -}}
{{- end -}}
{{- if and .Values.settings.otlp_endpoint .Values.networkPolicy.enabled (not .Values.networkPolicy.metrics.otlpTo) -}}
{{- fail "settings.otlp_endpoint is set, but networkPolicy.metrics.otlpTo lets no trace out: name the collector." -}}
{{- end -}}
{{- end -}}

{{- define "docspasta.guards.rest" -}}
{{- if and .Values.doctor.rbac.create (not .Values.doctor.rbac.subjects) -}}
{{- fail "doctor.rbac.create is on without doctor.rbac.subjects: name who may run `docspasta doctor --kube`." -}}
{{- end -}}
{{- range $name := list "podLabels" "commonLabels" -}}
{{- range $label, $_ := index $.Values $name -}}
{{- if has $label (list "app.kubernetes.io/name" "app.kubernetes.io/instance" "app.kubernetes.io/component") -}}
{{- fail (printf "%s sets %s, which selectors use: choose another label." $name $label) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- range $component := tuple "gateway" "jobs" "crawler" "processor" -}}
{{- range $label, $_ := (index $.Values $component).podLabels -}}
{{- if has $label (list "app.kubernetes.io/name" "app.kubernetes.io/instance" "app.kubernetes.io/component") -}}
{{- fail (printf "%s.podLabels sets %s, which selectors use: choose another label." $component $label) -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- end -}}
