{{/* DOCSPASTA_* variables: what a ConfigMap holds and what comes from Secrets, process by process. */}}

{{- /* A number as people write it: 1000000, not 1e+06. */ -}}
{{- define "docspasta.scalar" -}}
{{- if and (kindIs "float64" .) (eq (floor .) .) -}}
{{- int64 . -}}
{{- else -}}
{{- . -}}
{{- end -}}
{{- end -}}

{{- /* The settings of a component: its own over those of all over the chart's. Takes (list $ component). */ -}}
{{- define "docspasta.config" -}}
{{- $root := index . 0 -}}
{{- $component := index . 1 -}}
{{- $values := index $root.Values $component -}}
{{- $fixed := dict
  "log_format" "json"
  "metrics_listen" (ternary (printf "%s:9464" $root.Values.listenHost) "" $root.Values.metrics.enabled)
  "health_listen" (printf "%s:50060" $root.Values.listenHost)
  (printf "%s_listen" $component) (printf "%s:%s" $root.Values.listenHost (include "docspasta.port" $component))
-}}
{{- if eq $component "gateway" -}}
{{- $_ := set $fixed "gateway_anonymous" (toString $root.Values.identity.anonymous) -}}
{{- range tuple "jobs" "crawler" "processor" -}}
{{- $_ := set $fixed (printf "%s_address" .) (include "docspasta.target" (list $root .)) -}}
{{- end -}}
{{- with include "docspasta.publicUrl" $root -}}
{{- $_ := set $fixed "gateway_public_url" . -}}
{{- end -}}
{{- $_ := set $fixed "gateway_hosts" (include "docspasta.gatewayHosts" $root) -}}
{{- with $root.Values.identity.login -}}
{{- if .issuer -}}
{{- $_ := set $fixed "login_issuer" .issuer -}}
{{- $_ := set $fixed "login_client_id" .clientId -}}
{{- end -}}
{{- end -}}
{{- end -}}
{{- if eq $component "jobs" -}}
{{- $_ := set $fixed "crawler_address" (include "docspasta.target" (list $root "crawler")) -}}
{{- with include "docspasta.publicUrl" $root -}}
{{- $_ := set $fixed "gateway_public_url" . -}}
{{- end -}}
{{- end -}}
{{- if and (eq $component "jobs") $root.Values.operator.enabled (include "docspasta.apiServerHost" $root) -}}
{{- $_ := set $fixed "identity_allow_private" (include "docspasta.apiServerHost" $root) -}}
{{- $_ := set $fixed "identity_ca_bundle" "/var/run/secrets/docspasta/cluster/ca.crt" -}}
{{- end -}}
{{- if and (has $component (list "crawler" "processor")) $root.Values.renderer.enabled -}}
{{- $_ := set $fixed "renderer_address" (include "docspasta.target" (list $root "renderer")) -}}
{{- end -}}
{{- if has $component (list "jobs" "crawler") -}}
{{- $_ := set $fixed "allow_private" (include "docspasta.allowPrivate" $root) -}}
{{- end -}}
{{- if not $root.Values.identity.fromSecret -}}
{{- $_ := set $fixed "identity_issuers" (include "docspasta.issuers" .) -}}
{{- else if ne (include "docspasta.furtherIssuers" .) "[]" -}}
{{- $_ := set $fixed "identity_further_issuers" (include "docspasta.furtherIssuers" .) -}}
{{- end -}}
{{- if $root.Values.mtls.enabled -}}
{{- $_ := set $fixed "tls_certificate" "/etc/docspasta/tls/tls.crt" -}}
{{- $_ := set $fixed "tls_key" "/etc/docspasta/tls/tls.key" -}}
{{- $_ := set $fixed "tls_ca" "/etc/docspasta/tls/ca.crt" -}}
{{- end -}}
{{- range $name, $value := mergeOverwrite $fixed (deepCopy $root.Values.settings) (deepCopy $values.settings) }}
DOCSPASTA_{{ upper $name }}: {{ include "docspasta.scalar" $value | quote }}
{{- end }}
{{- end -}}

{{- /* https://host as browsers see it, from the first host of the route. */ -}}
{{- define "docspasta.publicUrl" -}}
{{- $hosts := concat (ternary .Values.httpRoute.hostnames list .Values.httpRoute.enabled) (ternary .Values.ingress.hosts list .Values.ingress.enabled) -}}
{{- with $hosts -}}
{{- $plain := and $.Values.ingress.enabled (not $.Values.httpRoute.enabled) (not $.Values.ingress.tlsSecret) (not $.Values.certificate.enabled) -}}
{{ ternary "http" "https" $plain }}://{{ first . }}
{{- end -}}
{{- end -}}

{{- /* The names that requests for the gateway may be for: its Service's, and every host of its routes. */ -}}
{{- define "docspasta.gatewayHosts" -}}
{{- $service := printf "%s-gateway" (include "docspasta.fullname" .) -}}
{{- $inside := printf "%s.%s" $service .Release.Namespace -}}
{{- $names := list $service $inside (printf "%s.svc" $inside) (printf "%s.svc.cluster.local" $inside) -}}
{{- if .Values.httpRoute.enabled -}}{{- $names = concat $names .Values.httpRoute.hostnames -}}{{- end -}}
{{- if .Values.ingress.enabled -}}{{- $names = concat $names .Values.ingress.hosts -}}{{- end -}}
{{- join "," $names -}}
{{- end -}}

{{- define "docspasta.allowPrivate" -}}
{{- $targets := list -}}
{{- range .Values.crawler.allowPrivate -}}
{{- $targets = append $targets .target -}}
{{- end -}}
{{- if include "docspasta.tested" . -}}
{{- $targets = append $targets (include "docspasta.sampleHost" .) -}}
{{- end -}}
{{- join "," $targets -}}
{{- end -}}

{{- /* The JSON list of docspasta/identity/issuers.py. Takes (list $ component). */ -}}
{{- define "docspasta.issuers" -}}
{{- $further := include "docspasta.furtherIssuers" . | fromJsonArray -}}
{{- with index . 0 -}}
{{- $issuers := list (dict "issuer" "docspasta" "kind" "internal" "public_keys" .Values.identity.signingPublicKeys) -}}
{{- if .Values.identity.anonymous -}}
{{- $issuers = append $issuers (dict "issuer" "docspasta-anonymous" "kind" "anonymous" "public_keys" .Values.identity.anonymousPublicKeys) -}}
{{- end -}}
{{- if .Values.identity.login.issuer -}}
{{- $issuers = append $issuers (dict "issuer" "docspasta-browser" "kind" "browser" "public_keys" .Values.identity.browserPublicKeys) -}}
{{- end -}}
{{- toJson (concat $issuers $further) -}}
{{- end -}}
{{- end -}}

{{- /* The issuers that the chart knows even when a Secret has the list. The cluster is an issuer of jobs' alone.
       Takes (list $ component). */ -}}
{{- define "docspasta.furtherIssuers" -}}
{{- $component := index . 1 -}}
{{- with index . 0 -}}
{{- $issuers := list -}}
{{- range .Values.identity.oidc -}}
{{- $issuer := dict "issuer" .issuer "kind" "oidc" "jwks_url" .jwksUrl -}}
{{- with .audience -}}
{{- $_ := set $issuer "audience" . -}}
{{- end -}}
{{- $issuers = append $issuers $issuer -}}
{{- end -}}
{{- if and .Values.operator.enabled (eq $component "jobs") -}}
{{- $issuers = append $issuers (include "docspasta.clusterIssuer" . | fromJson) -}}
{{- end -}}
{{- toJson $issuers -}}
{{- end -}}
{{- end -}}

{{- /* Tokens of ServiceAccounts: a namespace is a user, and the operator acts for all of them. */ -}}
{{- define "docspasta.clusterIssuer" -}}
{{- $account := include "docspasta.serviceAccount" (list . "operator") -}}
{{- $issuer := dict "issuer" .Values.operator.issuer "kind" "kubernetes" "audience" .Values.operator.audience "jwks_url" .Values.operator.jwksUrl "operator" (printf "system:serviceaccount:%s:%s" .Release.Namespace $account) -}}
{{- if include "docspasta.apiServerHost" . -}}
{{- $_ := set $issuer "token_file" "/var/run/secrets/docspasta/cluster/token" -}}
{{- end -}}
{{- toJson $issuer -}}
{{- end -}}

{{- /* The API server's host when it tells the cluster's keys itself, empty when somebody outside does: only the
       API server gets a token of ours. */ -}}
{{- define "docspasta.apiServerHost" -}}
{{- $host := regexReplaceAll "^https://([^/:]+).*$" .Values.operator.jwksUrl "${1}" -}}
{{- if hasPrefix "kubernetes.default" $host -}}{{- $host -}}{{- end -}}
{{- end -}}

{{- /* Which Secret's key a process reads as which variable. The crawler gets neither Postgres nor the ticket
       key: it is the process that touches the internet. Rows of (variable, Secret, key). */ -}}
{{- define "docspasta.secretRows" -}}
{{- $root := index . 0 -}}
{{- $component := index . 1 -}}
{{- $rows := list -}}
{{- $postgres := $root.Values.postgres.keys -}}
{{- $keys := $root.Values.keys.keys -}}
{{- if has $component (list "jobs" "processor" "migration-check") -}}
{{- $rows = append $rows (list "DOCSPASTA_POSTGRES_DSN" "postgres" $postgres.dsn) -}}
{{- end -}}
{{- if eq $component "jobs" -}}
{{- $rows = append $rows (list "DOCSPASTA_POSTGRES_MAINTENANCE_DSN" "postgres" $postgres.maintenanceDsn) -}}
{{- $rows = append $rows (list "DOCSPASTA_SIGNING_KEY" "keys" $keys.signing) -}}
{{- end -}}
{{- if eq $component "migration" -}}
{{- $rows = append $rows (list "DOCSPASTA_POSTGRES_OWNER_DSN" "postgres" $postgres.ownerDsn) -}}
{{- end -}}
{{- if has $component (list "jobs" "crawler" "processor") -}}
{{- $rows = append $rows (list "DOCSPASTA_REDIS_URL" "redis" (get $root.Values.redis.keys (printf "%sUrl" $component))) -}}
{{- end -}}
{{- if has $component (list "jobs" "crawler") -}}
{{- $rows = append $rows (list "DOCSPASTA_SEALING_KEY" "keys" $keys.sealing) -}}
{{- end -}}
{{- if has $component (list "jobs" "processor") -}}
{{- $rows = append $rows (list "DOCSPASTA_TICKET_KEY" "keys" $keys.ticket) -}}
{{- end -}}
{{- if and (eq $component "gateway") $root.Values.identity.anonymous -}}
{{- $rows = append $rows (list "DOCSPASTA_ANONYMOUS_KEY" "keys" $keys.anonymous) -}}
{{- end -}}
{{- if and (eq $component "gateway") $root.Values.identity.login.issuer -}}
{{- $rows = append $rows (list "DOCSPASTA_BROWSER_KEY" "keys" $keys.browser) -}}
{{- if $root.Values.identity.login.confidential -}}
{{- $rows = append $rows (list "DOCSPASTA_LOGIN_CLIENT_SECRET" "keys" $keys.loginClientSecret) -}}
{{- end -}}
{{- end -}}
{{- if and $root.Values.identity.fromSecret (has $component (list "gateway" "jobs" "crawler" "processor")) -}}
{{- $rows = append $rows (list "DOCSPASTA_IDENTITY_ISSUERS" "keys" $keys.issuers) -}}
{{- end -}}
{{- toJson $rows -}}
{{- end -}}

{{- define "docspasta.secretEnv" -}}
{{- $root := index . 0 -}}
{{- range include "docspasta.secretRows" . | fromJsonArray }}
- name: {{ index . 0 }}
  valueFrom:
    secretKeyRef:
      name: {{ include "docspasta.secretName" (list $root (index . 1)) }}
      key: {{ index . 2 }}
{{- end }}
{{- end -}}

{{- /* Data of the Secrets that the chart makes itself when no existingSecret is named. */ -}}
{{- define "docspasta.secretData.postgres" -}}
{{- $v := .Values.postgres -}}
{{- if .Values.devDatabases.postgres.enabled -}}
{{- $host := printf "%s-postgres.%s.svc:5432" (include "docspasta.fullname" .) .Release.Namespace -}}
{{- range $user, $key := dict "app" $v.keys.dsn "tend" $v.keys.maintenanceDsn "owner" $v.keys.ownerDsn }}
{{ $key }}: {{ printf "postgresql://docspasta_%s:%s@%s/docspasta" $user (include "docspasta.devPassword" (list $ "postgres" $user)) $host | quote }}
{{- end }}
{{- else -}}
{{ $v.keys.dsn }}: {{ $v.dsn | quote }}
{{ $v.keys.maintenanceDsn }}: {{ $v.maintenanceDsn | quote }}
{{ $v.keys.ownerDsn }}: {{ $v.ownerDsn | quote }}
{{- end -}}
{{- end -}}

{{- define "docspasta.secretData.redis" -}}
{{- $v := .Values.redis -}}
{{- if .Values.devDatabases.redis.enabled -}}
{{- $host := printf "%s-redis.%s.svc:6379" (include "docspasta.fullname" .) .Release.Namespace -}}
{{- range $user, $key := dict "jobs" $v.keys.jobsUrl "crawler" $v.keys.crawlerUrl "processor" $v.keys.processorUrl }}
{{ $key }}: {{ printf "redis://docspasta-%s:%s@%s/0" $user (include "docspasta.devPassword" (list $ "redis" $user)) $host | quote }}
{{- end }}
{{- else -}}
{{ $v.keys.jobsUrl }}: {{ $v.jobsUrl | quote }}
{{ $v.keys.crawlerUrl }}: {{ $v.crawlerUrl | quote }}
{{ $v.keys.processorUrl }}: {{ $v.processorUrl | quote }}
{{- end -}}
{{- end -}}

{{- define "docspasta.secretData.keys" -}}
{{- $v := .Values.keys -}}
{{ $v.keys.sealing }}: {{ $v.sealing | quote }}
{{ $v.keys.ticket }}: {{ $v.ticket | quote }}
{{ $v.keys.signing }}: {{ $v.signing | quote }}
{{- if .Values.identity.anonymous }}
{{ $v.keys.anonymous }}: {{ $v.anonymous | quote }}
{{- end }}
{{- if .Values.identity.login.issuer }}
{{ $v.keys.browser }}: {{ $v.browser | quote }}
{{- if .Values.identity.login.confidential }}
{{ $v.keys.loginClientSecret }}: {{ $v.loginClientSecret | quote }}
{{- end }}
{{- end }}
{{- end -}}

{{- /* A new value of a Secret of the chart's own restarts the pods that read it, and no others. */ -}}
{{- define "docspasta.secretChecksum" -}}
{{- $root := index . 0 -}}
{{- $read := list -}}
{{- range include "docspasta.secretRows" . | fromJsonArray -}}
{{- $which := index . 1 -}}
{{- if not (index $root.Values $which).existingSecret -}}
{{- $data := include (printf "docspasta.secretData.%s" $which) $root | fromYaml -}}
{{- $read = append $read (get $data (index . 2)) -}}
{{- else -}}
{{- $read = append $read (printf "%s/%s" (index $root.Values $which).existingSecret (index . 2)) -}}
{{- end -}}
{{- end -}}
{{- toJson $read | sha256sum -}}
{{- end -}}
