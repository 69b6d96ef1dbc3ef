{{/* Names, labels, the image. Components: gateway, jobs, crawler, processor, operator, renderer, migration,
     test, postgres, redis. */}}

{{- define "docspasta.name" -}}
{{- .Values.nameOverride | default .Chart.Name | trunc 40 | trimSuffix "-" -}}
{{- end -}}

{{- /* Room is left for the longest suffix: 63 less "-migrate-" and 8 digits. */ -}}
{{- define "docspasta.fullname" -}}
{{- $name := include "docspasta.name" . -}}
{{- if .Values.fullnameOverride -}}
{{- .Values.fullnameOverride | trunc 40 | trimSuffix "-" -}}
{{- else if contains $name .Release.Name -}}
{{- .Release.Name | trunc 40 | trimSuffix "-" -}}
{{- else -}}
{{- printf "%s-%s" .Release.Name $name | trunc 40 | trimSuffix "-" -}}
{{- end -}}
{{- end -}}

{{- /* What a selector may name: never changes between two upgrades. Takes (list $ component). */ -}}
{{- define "docspasta.selector" -}}
{{- $root := index . 0 -}}
app.kubernetes.io/name: {{ include "docspasta.name" $root }}
app.kubernetes.io/instance: {{ $root.Release.Name }}
app.kubernetes.io/component: {{ index . 1 }}
{{- end -}}

{{- define "docspasta.labels" -}}
{{- $root := index . 0 -}}
{{ include "docspasta.selector" . }}
app.kubernetes.io/part-of: docspasta
app.kubernetes.io/version: {{ $root.Values.image.tag | default $root.Chart.AppVersion | quote }}
app.kubernetes.io/managed-by: {{ $root.Release.Service }}
helm.sh/chart: {{ printf "%s-%s" $root.Chart.Name $root.Chart.Version | replace "+" "_" }}
{{- with $root.Values.commonLabels }}
{{ toYaml . }}
{{- end }}
{{- end -}}

{{- define "docspasta.image" -}}
{{- if .Values.image.digest -}}
{{ .Values.image.repository }}@{{ .Values.image.digest }}
{{- else -}}
{{ .Values.image.repository }}:{{ .Values.image.tag | default .Chart.AppVersion }}
{{- end -}}
{{- end -}}

{{- define "docspasta.serviceAccount" -}}
{{- $root := index . 0 -}}
{{- $account := (index $root.Values (index . 1)).serviceAccount -}}
{{- if $account.create -}}
{{- $account.name | default (printf "%s-%s" (include "docspasta.fullname" $root) (index . 1)) -}}
{{- else -}}
{{- $account.name | default "default" -}}
{{- end -}}
{{- end -}}

{{- /* gRPC target of a headless Service: each replica is an address of its own. */ -}}
{{- define "docspasta.target" -}}
{{- $root := index . 0 -}}
dns:///{{ include "docspasta.fullname" $root }}-{{ index . 1 }}.{{ $root.Release.Namespace }}.svc:{{ include "docspasta.port" (index . 1) }}
{{- end -}}

{{- define "docspasta.port" -}}
{{- get (dict "gateway" "8080" "jobs" "50051" "crawler" "50052" "processor" "50053" "renderer" "50054") . -}}
{{- end -}}

{{- /* "true" when `helm test` has a credential: the anonymous cookie, or a key of its own. */ -}}
{{- define "docspasta.tested" -}}
{{- if and .Values.tests.enabled (or .Values.identity.anonymous .Values.tests.apiKeySecret) }}true{{ end -}}
{{- end -}}

{{- /* Where the sample site of `helm test` answers. */ -}}
{{- define "docspasta.sampleHost" -}}
{{ include "docspasta.fullname" . }}-test.{{ .Release.Namespace }}.svc
{{- end -}}

{{- define "docspasta.secretName" -}}
{{- $root := index . 0 -}}
{{- $which := index . 1 -}}
{{- (index $root.Values $which).existingSecret | default (printf "%s-%s" (include "docspasta.fullname" $root) $which) -}}
{{- end -}}
