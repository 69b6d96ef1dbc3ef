{{/* The operator: its image, its settings, and what it may do in a namespace whose resources it follows. */}}

{{- define "docspasta.operatorImage" -}}
{{- with .Values.operator.image -}}
{{- if .digest -}}
{{ .repository }}@{{ .digest }}
{{- else -}}
{{ .repository }}:{{ .tag | default $.Values.image.tag | default $.Chart.AppVersion }}
{{- end -}}
{{- end -}}
{{- end -}}

{{- define "docspasta.operatorConfig" -}}
{{- $fixed := dict
  "log_format" "json"
  "metrics_listen" (ternary (printf "%s:9464" .Values.listenHost) "" .Values.metrics.enabled)
  "health_listen" (printf "%s:50060" .Values.listenHost)
  "jobs_address" (include "docspasta.target" (list . "jobs"))
  "operator_namespaces" (join "," .Values.operator.namespaces)
  "operator_lease" (printf "%s/%s-operator-turn" .Release.Namespace (include "docspasta.fullname" .))
-}}
{{- with include "docspasta.publicUrl" . | trim -}}
{{- $_ := set $fixed "gateway_public_url" . -}}
{{- end -}}
{{- if .Values.mtls.enabled -}}
{{- $_ := set $fixed "tls_certificate" "/etc/docspasta/tls/tls.crt" -}}
{{- $_ := set $fixed "tls_key" "/etc/docspasta/tls/tls.key" -}}
{{- $_ := set $fixed "tls_ca" "/etc/docspasta/tls/ca.crt" -}}
{{- end -}}
{{- range $name, $value := mergeOverwrite $fixed (deepCopy .Values.settings) (deepCopy .Values.operator.settings) }}
DOCSPASTA_{{ upper $name }}: {{ include "docspasta.scalar" $value | quote }}
{{- end }}
{{- end -}}

{{- /* Nothing may be created but events, nothing deleted but a CrawlJob whose time is over, no Secret read. */ -}}
{{- define "docspasta.operatorRules" -}}
- apiGroups: [docspasta.dev]
  resources: [crawljobs, crawlsources]
  verbs: [get, list, watch, patch]
- apiGroups: [docspasta.dev]
  resources: [crawljobs/status, crawlsources/status]
  verbs: [patch]
- apiGroups: [docspasta.dev]
  resources: [crawljobs]
  verbs: [delete]
- apiGroups: [events.k8s.io]
  resources: [events]
  verbs: [create]
{{- end -}}
