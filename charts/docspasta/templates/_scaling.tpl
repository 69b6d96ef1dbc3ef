{{/* How fast replicas come and go, and which query says how many are needed. */}}

{{- define "docspasta.scalingBehavior" -}}
scaleUp:
  stabilizationWindowSeconds: 30
  policies:
    - {type: Percent, value: 100, periodSeconds: 60}
    - {type: Pods, value: 2, periodSeconds: 60}
  selectPolicy: Max
scaleDown:
  stabilizationWindowSeconds: 300
  policies:
    - {type: Pods, value: 1, periodSeconds: 60}
  selectPolicy: Max
{{- end -}}

{{- /* The crawler: URLs that could be taken now and those under way; 10,000 URLs of one paced host are not
       due, and need no second crawler. Every jobs replica reports the same frontier, so max, not sum. */ -}}
{{- define "docspasta.scalingQuery" -}}
{{- $root := index . 0 -}}
{{- $s := $root.Values.autoscaling.keda.selector | default (printf "namespace=%q" $root.Release.Namespace) -}}
{{- $queries := dict
  "gateway" (printf "sum(docspasta_subscribers{%s})" $s)
  "jobs" (printf "sum(docspasta_watchers{%s})" $s)
  "crawler" (printf "max(docspasta_frontier_due_urls{%s}) + max(docspasta_frontier_urls{%s,state=\"taken\"})" $s $s)
  "processor" (printf "max(docspasta_frontier_urls{%s,state=\"waiting\"})" $s)
-}}
{{- get $queries (index . 1) -}}
{{- end -}}
